//! The rules of XML 1.0 (fifth edition) for documents without a document type declaration.
//!
//! Names are held against Namespaces in XML 1.0 as far as their spelling and the reserved names go.
//! Whether a prefix is declared is not asked: names are compared without their prefixes, so nothing
//! depends on it, and a partner's fragment may have lost the declaration. Legal characters are
//! the business of [`super::source`].

use quick_xml::events::{BytesStart, Event};

use super::{
    Defect, IllFormed, Limit,
    character::{is_nc_name, is_white_space, is_white_space_byte},
    declaration::declared_encoding,
    encoding::Encoding,
    refusal::quoted,
    start_tag::{StartTag, check_name_length},
    text,
};

/// The deepest nesting of elements. A batch needs three.
pub const MAX_DEPTH: usize = 256;

/// What is known of a document from its beginning to the current token.
pub(super) struct WellFormed {
    stage: Stage,
    /// The names of the open elements, one behind the other.
    open: String,
    /// Where each of them begins.
    starts: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing but white space yet: a declaration may come.
    Beginning,
    Prolog,
    Content,
    Epilog,
}

/// A checked token that carries content.
pub(super) enum Token<'e> {
    Start(StartTag<'e>),
    End,
    /// Literal text, from CDATA sections too; line ends are as in the file.
    Text(&'e str),
    /// What a reference stands for.
    Character(char),
}

impl WellFormed {
    pub(super) fn new() -> Self {
        Self {
            stage: Stage::Beginning,
            open: String::new(),
            starts: Vec::new(),
        }
    }

    /// Checks the next token. Comments, processing instructions and the declaration carry no
    /// content.
    pub(super) fn check<'e>(
        &mut self,
        event: &'e Event<'_>,
        encoding: Encoding,
    ) -> Result<Option<Token<'e>>, Defect> {
        let token = match event {
            Event::Text(text) => self.check_text(text)?,
            Event::Start(tag) => self.check_start(tag, false)?,
            Event::Empty(tag) => self.check_start(tag, true)?,
            Event::End(tag) => self.check_end(tag.name().into_inner())?,
            Event::CData(text) => self.within_root(Token::Text(text))?,
            Event::GeneralRef(reference) => {
                let character = text::resolve(reference).ok_or(IllFormed::InvalidReference)?;
                self.within_root(Token::Character(character))?
            }
            Event::Decl(declaration) => return self.check_declaration(declaration, encoding),
            Event::PI(instruction) => return self.check_instruction(instruction),
            Event::Comment(_) | Event::Eof => {
                self.leave_beginning();
                return Ok(None);
            }
            Event::DocType(_) => return Err(Defect::DocumentTypeDeclared),
        };
        Ok(Some(token))
    }

    /// Checks that the file may end here.
    pub(super) fn finish(&self) -> Result<(), IllFormed> {
        match self.stage {
            Stage::Beginning | Stage::Prolog => Err(IllFormed::NoRoot),
            Stage::Content => Err(IllFormed::ElementNotClosed(quoted(self.innermost()))),
            Stage::Epilog => Ok(()),
        }
    }

    fn check_text<'e>(&self, text: &'e str) -> Result<Token<'e>, IllFormed> {
        if self.stage != Stage::Content && !is_white_space(text) {
            return Err(IllFormed::TextOutsideRoot);
        }
        if text::holds_cdata_end(text) {
            return Err(IllFormed::CDataEndInText);
        }
        Ok(Token::Text(text))
    }

    fn check_start<'e>(
        &mut self,
        tag: &'e BytesStart<'_>,
        empty: bool,
    ) -> Result<Token<'e>, Defect> {
        let tag = StartTag::check(tag, empty)?;
        if self.stage == Stage::Epilog {
            return Err(IllFormed::SecondRoot.into());
        }
        if self.starts.len() == MAX_DEPTH {
            return Err(Limit::Depth.into());
        }
        self.stage = Stage::Content;
        if !empty {
            self.starts.push(self.open.len());
            self.open.push_str(tag.name);
        } else if self.starts.is_empty() {
            self.stage = Stage::Epilog;
        }
        Ok(Token::Start(tag))
    }

    /// A start tag's name is a name, so one that is the same needs no other check.
    fn check_end(&mut self, name: &str) -> Result<Token<'static>, IllFormed> {
        let Some(&start) = self.starts.last() else {
            return Err(IllFormed::EndTagUnmatched);
        };
        if &self.open[start..] != name {
            return Err(IllFormed::EndTagMismatched(quoted(self.innermost())));
        }
        self.open.truncate(start);
        self.starts.pop();
        if self.starts.is_empty() {
            self.stage = Stage::Epilog;
        }
        Ok(Token::End)
    }

    fn within_root<'e>(&self, token: Token<'e>) -> Result<Token<'e>, IllFormed> {
        match self.stage {
            Stage::Content => Ok(token),
            Stage::Beginning | Stage::Prolog | Stage::Epilog => Err(IllFormed::TextOutsideRoot),
        }
    }

    fn check_declaration(
        &mut self,
        content: &str,
        encoding: Encoding,
    ) -> Result<Option<Token<'static>>, Defect> {
        if self.stage != Stage::Beginning {
            return Err(IllFormed::DeclarationMisplaced.into());
        }
        self.stage = Stage::Prolog;
        let Some(name) = declared_encoding(content)? else {
            return Ok(None);
        };
        match (Encoding::named(name), encoding) {
            // Behind the mark of UTF-16 the name may be that of the file before it was transcoded.
            (_, Encoding::Utf16) => Ok(None),
            (Some(declared), actual) if declared == actual => Ok(None),
            (Some(_), _) => Err(Defect::EncodingContradicted(quoted(name))),
            (None, _) => Err(Defect::UnknownEncoding(quoted(name))),
        }
    }

    fn check_instruction(&mut self, content: &str) -> Result<Option<Token<'static>>, Defect> {
        self.leave_beginning();
        let end = content.bytes().position(is_white_space_byte);
        let target = &content[..end.unwrap_or(content.len())];
        check_name_length(target)?;
        if target.eq_ignore_ascii_case("xml") {
            return Err(IllFormed::ReservedTarget.into());
        }
        if !is_nc_name(target) {
            return Err(IllFormed::InvalidTarget.into());
        }
        Ok(None)
    }

    fn leave_beginning(&mut self) {
        if self.stage == Stage::Beginning {
            self.stage = Stage::Prolog;
        }
    }

    fn innermost(&self) -> &str {
        let start = self.starts.last().copied().unwrap_or_default();
        &self.open[start..]
    }
}
