//! Why a whole file is refused.

use std::io;

use super::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAME_BYTES, MAX_TOKEN_BYTES};

/// Why the reading of a file ended before the file did.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The bytes could not be read. This says nothing about the file; try again.
    #[error("The file could not be read")]
    Io(#[source] io::Error),
    /// The file is no batch of transactions, and reading it again will not change that.
    #[error("{defect} (line {line}, column {column})")]
    File {
        /// What is wrong.
        defect: Defect,
        /// The line of the markup or character that is wrong, from 1.
        line: u64,
        /// Its place in the line, in characters, from 1.
        column: u64,
    },
}

/// What is wrong with a file. No text of the file is quoted but names, cut to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// A rule of XML 1.0 or of Namespaces in XML 1.0 is broken.
    #[error("The file is not well-formed XML: {0}.")]
    NotWellFormed(#[from] IllFormed),
    /// There is a document type declaration. No file needs one, and entities hide attacks.
    #[error("The file has a document type declaration (DOCTYPE), which is not accepted.")]
    DocumentTypeDeclared,
    /// The root element is another.
    #[error("The root element is {0} instead of Transactions.")]
    WrongRoot(String),
    /// The declared encoding is none of UTF-8, UTF-16, ISO-8859-1 and US-ASCII. Of a file in UTF-16
    /// the declared encoding is not asked.
    #[error(
        "The encoding {0} is not accepted; UTF-8, UTF-16 with a byte order mark, ISO-8859-1 and US-ASCII are."
    )]
    UnknownEncoding(String),
    /// The declared encoding is not the one that the file is in.
    #[error("The declared encoding {0} contradicts the first bytes of the file.")]
    EncodingContradicted(String),
    /// The file may be well-formed, but it is beyond what is read here.
    #[error(transparent)]
    LimitExceeded(#[from] Limit),
}

/// A limit of this reader, not of XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// More than [`MAX_TOKEN_BYTES`] in one piece.
    #[error("A tag, comment or text is longer than {MAX_TOKEN_BYTES} bytes.")]
    TokenBytes,
    /// More than [`MAX_DEPTH`] elements within each other.
    #[error("Elements are nested deeper than {MAX_DEPTH}.")]
    Depth,
    /// More than [`MAX_ATTRIBUTES`] in one start tag.
    #[error("A start tag has more than {MAX_ATTRIBUTES} attributes.")]
    Attributes,
    /// More than [`MAX_NAME_BYTES`] in one name.
    #[error("A name is longer than {MAX_NAME_BYTES} bytes.")]
    NameBytes,
}

/// The rule of XML that is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum IllFormed {
    #[error("its bytes are not text in the encoding of the file")]
    NotText,
    #[error("a character is not allowed in XML")]
    IllegalCharacter,
    #[error("it has no root element")]
    NoRoot,
    #[error("it has a second root element")]
    SecondRoot,
    #[error("there is text outside the root element")]
    TextOutsideRoot,
    #[error("it ends before the end tag of {0}")]
    ElementNotClosed(String),
    #[error("an end tag does not match the start tag of {0}")]
    EndTagMismatched(String),
    #[error("an end tag has no start tag")]
    EndTagUnmatched,
    #[error("a tag, comment, CDATA section, processing instruction or reference is not closed")]
    MarkupNotClosed,
    #[error("what follows <! is neither a comment nor a CDATA section")]
    UnknownMarkup,
    #[error("an element or an attribute has no valid name")]
    InvalidName,
    #[error("the name {0} is reserved by the namespaces of XML")]
    ReservedName(String),
    #[error("a namespace prefix is bound to nothing")]
    EmptyNamespace,
    #[error("an attribute is not written as name=\"value\"")]
    AttributeSyntax,
    #[error("white space is missing before an attribute")]
    AttributeSpace,
    #[error("the attribute {0} stands twice in one start tag")]
    AttributeRepeated(String),
    #[error("an attribute's value holds a <")]
    LessThanInValue,
    #[error("an & begins no reference to a character or to one of the five entities of XML")]
    InvalidReference,
    #[error("text holds ]]>")]
    CDataEndInText,
    #[error("a comment holds -- or ends with --->")]
    DoubleHyphen,
    #[error("a processing instruction has no valid target")]
    InvalidTarget,
    #[error("a processing instruction has the reserved target xml")]
    ReservedTarget,
    #[error("the XML declaration does not stand at the beginning")]
    DeclarationMisplaced,
    #[error("the XML declaration is not written as XML 1.0 wants it")]
    DeclarationSyntax,
}

impl Refusal {
    /// The refusal as the rejections table names it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "READ_FAILED",
            Self::File { defect, .. } => defect.code(),
        }
    }

    /// The sentence without the names of the file, which are content and fit for the partner alone.
    #[must_use]
    pub fn without_names(&self) -> String {
        match self {
            Self::Io(_) => self.to_string(),
            Self::File {
                defect,
                line,
                column,
            } => {
                let (line, column) = (*line, *column);
                let defect = defect.without_names();
                let nameless = Self::File {
                    defect,
                    line,
                    column,
                };
                nameless.to_string()
            }
        }
    }

    /// The line of what is wrong, from 1; 0 if the bytes could not be read.
    #[must_use]
    pub fn line(&self) -> u64 {
        match self {
            Self::Io(_) => 0,
            Self::File { line, .. } => *line,
        }
    }

    /// The place in the line, in characters, from 1; 0 if the bytes could not be read.
    #[must_use]
    pub fn column(&self) -> u64 {
        match self {
            Self::Io(_) => 0,
            Self::File { column, .. } => *column,
        }
    }
}

impl Defect {
    fn code(&self) -> &'static str {
        match self {
            Self::NotWellFormed(_) => "NOT_WELL_FORMED",
            Self::DocumentTypeDeclared => "DOCUMENT_TYPE_DECLARED",
            Self::WrongRoot(_) => "WRONG_ROOT",
            Self::UnknownEncoding(_) => "UNKNOWN_ENCODING",
            Self::EncodingContradicted(_) => "ENCODING_CONTRADICTED",
            Self::LimitExceeded(_) => "LIMIT_EXCEEDED",
        }
    }

    fn without_names(&self) -> Self {
        match self {
            Self::NotWellFormed(rule) => Self::NotWellFormed(rule.without_names()),
            Self::WrongRoot(_) => Self::WrongRoot(nameless()),
            Self::UnknownEncoding(_) => Self::UnknownEncoding(nameless()),
            Self::EncodingContradicted(_) => Self::EncodingContradicted(nameless()),
            Self::DocumentTypeDeclared | Self::LimitExceeded(_) => self.clone(),
        }
    }
}

impl IllFormed {
    fn without_names(&self) -> Self {
        match self {
            Self::ElementNotClosed(_) => Self::ElementNotClosed(nameless()),
            Self::EndTagMismatched(_) => Self::EndTagMismatched(nameless()),
            Self::ReservedName(_) => Self::ReservedName(nameless()),
            Self::AttributeRepeated(_) => Self::AttributeRepeated(nameless()),
            rule => rule.clone(),
        }
    }
}

/// What stands in the place of a name.
fn nameless() -> String {
    "(…)".to_owned()
}

/// A name of the file as far as an error quotes it: 64 characters.
pub(super) fn quoted(name: &str) -> String {
    name.chars().take(64).collect()
}
