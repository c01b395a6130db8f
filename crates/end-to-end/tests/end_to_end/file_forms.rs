//! The seed's file in every form that partners send it in: eleven rows, text to the letter.

use crate::stack_under_test::StackUnderTest;

const SEED: &str = include_str!("../../../../events/partner/transactions.xml");
const LAST: &str = "Transaction made between user 2837 and user 7383.";

/// Stands for the last text, so that there is something to decode in each form.
const MARKUP: &str = "Überweisung é: 3 &lt; 5 &amp;&amp; \"x\" &gt; 'y'\nzweite Zeile ]] &gt; fin";
const TEXT: &str = "Überweisung é: 3 < 5 && \"x\" > 'y'\nzweite Zeile ]] > fin";

#[test]
fn every_form_of_the_seeds_file_ends_as_eleven_rows() {
    let test = StackUnderTest::shared("forms");
    let forms = forms(&test);
    for (name, file) in &forms {
        test.sftp()
            .put(&format!("/inbox/{}.xml", test.id(name)), file)
            .unwrap();
    }
    for (name, _) in &forms {
        expect_eleven_rows(&test, name);
    }
}

#[test]
fn the_key_of_a_file_may_hold_blanks_plus_percent_and_accents() {
    let test = StackUnderTest::shared("key");
    test.upload("/inbox/a b+c%20d é.xml", &seed(&test, "odd"));
    expect_eleven_rows(&test, "odd");
}

fn expect_eleven_rows(test: &StackUnderTest, name: &str) {
    let id = |number: usize| test.id(format_args!("{name}-{number}"));
    for (number, expected) in (1..).zip(texts()) {
        let row = test.wait_for_row(&id(number));
        assert_eq!(row["transaction_message"], expected, "{name}");
        assert_eq!(row["ordinal"], number.to_string(), "{name}");
        assert!(test.rejections(&id(number)).is_empty());
    }
    let prefix = test.id(format_args!("{name}-"));
    let executions = test.executions().into_iter();
    assert_eq!(
        executions.filter(|each| each.starts_with(&prefix)).count(),
        11,
        "{name}"
    );
}

/// The texts of the file, as they stand in the rows.
fn texts() -> Vec<&'static str> {
    let notes = SEED.split("<Notes>").skip(1);
    let texts = notes.map(|notes| notes.split("</Notes>").next().unwrap());
    texts
        .map(|text| if text == LAST { TEXT } else { text })
        .collect()
}

/// The file with ids of this test and form.
fn seed(test: &StackUnderTest, form: &str) -> String {
    let id = format!("TransactionID=\"{}-", test.id(form));
    SEED.replace("TransactionID=\"", &id).replace(LAST, MARKUP)
}

/// Each form by name, with its bytes.
fn forms(test: &StackUnderTest) -> Vec<(&'static str, Vec<u8>)> {
    let seed = |name| seed(test, name);
    let declared = |name, encoding: &str| seed(name).replace("UTF-8", encoding);
    let utf_16 = |text: String, bytes: fn(u16) -> [u8; 2]| {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(bytes).collect()
    };
    let prefixed = seed("prefixed")
        .replace("<Transactions>", "<b:Transactions xmlns:b=\"urn:batch\">")
        .replace("</Transactions>", "</b:Transactions>")
        .replace("<Transaction ", "<b:Transaction ")
        .replace("</Transaction>", "</b:Transaction>")
        .replace("<Notes>", "<b:Notes>")
        .replace("</Notes>", "</b:Notes>");
    let default = "<Transactions xmlns=\"urn:batch\">";
    let cdata = seed("cdata")
        .replace(MARKUP, TEXT)
        .replace("<Notes>", "<Notes><![CDATA[")
        .replace("</Notes>", "]]></Notes>");
    let indented = format!("    {}", seed("indented").replace('\n', "\n    "));
    vec![
        ("printed", seed("printed").into_bytes()),
        // White space inside a text is text, and the last one has two lines.
        (
            "indented",
            indented.replace("\n    zweite", "\nzweite").into_bytes(),
        ),
        ("crlf", seed("crlf").replace('\n', "\r\n").into_bytes()),
        ("bom", format!("\u{feff}{}", seed("bom")).into_bytes()),
        (
            "default",
            seed("default")
                .replace("<Transactions>", default)
                .into_bytes(),
        ),
        ("prefixed", prefixed.into_bytes()),
        (
            "utf-16le",
            utf_16(declared("utf-16le", "UTF-16"), u16::to_le_bytes),
        ),
        (
            "utf-16be",
            utf_16(declared("utf-16be", "UTF-16"), u16::to_be_bytes),
        ),
        // Transcoded as a whole: the declaration says what the file was.
        (
            "transcoded-le",
            utf_16(seed("transcoded-le"), u16::to_le_bytes),
        ),
        (
            "transcoded-be",
            utf_16(seed("transcoded-be"), u16::to_be_bytes),
        ),
        ("latin-1", latin_1(&declared("latin-1", "ISO-8859-1"))),
        ("cdata", cdata.into_bytes()),
        ("comments", commented(&seed("comments")).into_bytes()),
    ]
}

/// A comment in the middle of each text, and one at its end.
fn commented(file: &str) -> String {
    file.replace(" and ", " <!-- < & not text -->and ")
        .replace("</Notes>", "<!----></Notes>")
}

fn latin_1(text: &str) -> Vec<u8> {
    let code = |character| u8::try_from(character).unwrap();
    text.chars().map(code).collect()
}
