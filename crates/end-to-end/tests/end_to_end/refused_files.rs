//! Files that are refused as a whole: soon, in little memory, by name, and with nothing started.

use crate::event_listener::EventListener;
use crate::large_upload::PEAK_KILOBYTES;
use crate::splitter::Splitter;
use crate::stack_under_test::{StackUnderTest, batch};
use local_stack::key;
use serde_json::Value;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A refusal takes no longer, once the function is started.
const SOON: Duration = Duration::from_secs(1);

#[test]
fn a_file_that_is_not_right_is_refused_whole() {
    let test = StackUnderTest::alone("refused");
    let splitter = Splitter::of(&test);
    let listener = EventListener::start(&test);
    let files = files(&test.id(1));
    let path = |name: &str| format!("/inbox/{}.xml", test.id(name));
    for (name, file, _) in &files {
        test.sftp().put(&path(name), file).unwrap();
    }
    for (name, _, code) in &files {
        let key = format!("{}{}", test.partner(), path(name));
        let event = listener.wait_for(&format!("the refusal of {name}"), |events| {
            let mut rejected = events
                .iter()
                .filter(|event| event["detail-type"] == "UploadRejected");
            rejected
                .find(|event| event["detail"]["key"] == key.as_str())
                .cloned()
        });
        assert_eq!(event["detail"]["code"], *code, "{name}");

        let started = Instant::now();
        let summary = splitter.repeat(&path(name));
        assert!(started.elapsed() < SOON, "{name}: {:?}", started.elapsed());
        assert_eq!(summary["refused"]["code"], *code, "{name}: {summary}");
        assert_eq!(summary["accepted"], 0, "{name}");
        assert_eq!(recorded_code(&test, &summary), *code, "{name}");
    }
    let peak = splitter.peak_kilobytes().unwrap();
    assert!(peak < PEAK_KILOBYTES, "{peak} KiB");
    test.let_an_upload_pass();
    assert_eq!(test.executions().len(), 1, "the execution of the marker");
}

/// What the rejections table says about the whole file.
fn recorded_code(test: &StackUnderTest, summary: &Value) -> Value {
    let upload = summary["upload_id"].as_str().unwrap();
    let rejection = format!("{upload}#0");
    let key = key([
        ("partner", test.partner()),
        ("rejection_id", rejection.as_str()),
    ]);
    let table = test.stack.output("RejectionsTableName").unwrap();
    let row = test.aws.get_item(table, &key).unwrap().unwrap();
    row["code"].clone()
}

/// Each file by name, with its bytes and the code of its refusal.
fn files(id: &str) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    const BAD: &str = "NOT_WELL_FORMED";
    const LARGE: &str = "LIMIT_EXCEEDED";
    let good = batch([(id, "A good one.")]);
    let with = |notes| batch([(id, "A good one."), ("2", notes)]);
    let attributes = (0..200_000).map(|number| format!(" a{number}=''"));
    let attributes = attributes.collect::<Vec<_>>().concat();
    let text_files = [
        ("truncated", good.replace("</Transactions>", ""), BAD),
        (
            "dtd",
            good.replace("<Transactions>", "<!DOCTYPE Transactions><Transactions>"),
            "DOCUMENT_TYPE_DECLARED",
        ),
        ("cdata-end", with("]]>"), BAD),
        ("comment", with("<!-- -- -->"), BAD),
        ("character", with("&#1;"), BAD),
        (
            "doubled-attribute",
            good.replace("<Notes>", "<Notes a='' a=''>"),
            BAD,
        ),
        ("no-bytes", String::new(), BAD),
        ("two-roots", format!("{good}<Transactions/>"), BAD),
        (
            "levels",
            good.replace("<Notes>", &"<a>".repeat(1_000_000)),
            LARGE,
        ),
        (
            "attributes",
            good.replace("<Notes>", &format!("<Notes{attributes}>")),
            LARGE,
        ),
    ];
    let files = text_files.map(|(name, file, code)| (name, file.into_bytes(), code));
    let mut files = Vec::from(files);
    files.push(("zip", zip(&good), BAD));
    files
}

/// An archive that holds the file.
fn zip(file: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.start_file("transactions.xml", options).unwrap();
    archive.write_all(file.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}
