//! The SFTP server, and what a session may do.

use serde_json::Value;
use stack_contract::{Resource, Statement, Template, assert_no_faults, list, statements, texts};

const OUTBOX: &str = "${UploadsBucket.Arn}/${PartnerId}/outbox/*";
const INBOXES: &str = "${UploadsBucket.Arn}/*/inbox/";
const HOME: &str = "${UploadsBucket.Arn}/${PartnerId}/";

fn users() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::Transfer::User")
}

/// The session policy, which stands as JSON in a text.
fn session_policy(user: Resource) -> Vec<Statement> {
    let text = texts(user.property("Policy")).pop().unwrap_or_default();
    let document: Value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{}", user.fault(&error.to_string())));
    statements(user, Box::leak(Box::new(document)))
}

#[test]
fn the_server_speaks_sftp_under_a_current_security_policy() {
    let servers = Template::read().of_type("AWS::Transfer::Server");
    assert_no_faults(servers.flat_map(|server| {
        server.faults([
            (
                server.property("SecurityPolicyName") == "TransferSecurityPolicy-2025-03",
                "SecurityPolicyName is to be the one of 2025-03; the default is of 2018",
            ),
            (
                list(server.property("Protocols")) == ["SFTP"],
                "Protocols is to be SFTP alone",
            ),
            (
                server.property("ProtocolDetails/SetStatOption") == "ENABLE_NO_OP",
                "SetStatOption is to be ENABLE_NO_OP: clients that set a file's time would be told of a failure",
            ),
            (
                server.property("S3StorageOptions/DirectoryListingOptimization") == "ENABLED",
                "DirectoryListingOptimization is to be ENABLED: without it a home has to exist before a login",
            ),
            (
                !server.items("StructuredLogDestinations").is_empty(),
                "it is to write structured logs",
            ),
            (
                server.attribute("Condition") == "HasSftpServer",
                "it is billed by the hour, so SftpServer decides",
            ),
        ])
    }));
}

#[test]
fn a_partner_sees_its_own_prefix_as_the_root() {
    assert_no_faults(users().flat_map(|user| {
        let mapping = user.items("HomeDirectoryMappings");
        let is_chroot = mapping.len() == 1
            && mapping[0]["Entry"] == "/"
            && texts(&mapping[0]["Target"]) == ["/${UploadsBucket}/${PartnerId}"];
        user.faults([
            (
                user.property("HomeDirectoryType") == "LOGICAL",
                "HomeDirectoryType is to be LOGICAL: a PATH home shows the bucket",
            ),
            (
                is_chroot,
                "HomeDirectoryMappings is to be / on /${UploadsBucket}/${PartnerId} alone",
            ),
            (
                texts(user.property("UserName")) == ["${PartnerId}"],
                "UserName is to be the partner's id",
            ),
        ])
    }));
}

#[test]
fn a_session_reaches_the_partners_prefix_alone() {
    assert_no_faults(users().flat_map(|user| {
        let allowed = session_policy(user)
            .into_iter()
            .filter(|statement| statement.effect == "Allow");
        allowed.filter_map(move |statement| {
            let prefixes = &statement.body["Condition"]["StringLike"]["s3:prefix"];
            let lists_home = statement.resources == ["${UploadsBucket.Arn}"]
                && statement.actions == ["s3:ListBucket"]
                && texts(prefixes) == ["${PartnerId}", "${PartnerId}/*"];
            let uses_home = statement
                .resources
                .iter()
                .all(|resource| resource.starts_with(HOME));
            let why = format!(
                "its Policy allows {:?} beyond the partner's prefix",
                statement.actions
            );
            user.unless(lists_home || uses_home, &why)
        })
    }));
}

/// What stands in an inbox is the partner's: the registrar makes and removes the folder alone.
#[test]
fn the_registrar_writes_no_object_but_the_folders_of_inboxes() {
    let registrar = Template::read().resource("PartnerRegistrarFunction");
    let grants = registrar.grants().into_iter();
    let writes = grants.filter(|grant| {
        let mut actions = grant.actions.iter();
        actions.any(|action| action.starts_with("s3:") && !action.starts_with("s3:List"))
    });
    let resources: Vec<String> = writes.flat_map(|grant| grant.resources).collect();
    let why = format!("it is to write {INBOXES} alone, and not {resources:?}");
    assert_no_faults(registrar.unless(resources == [INBOXES], &why));
}

#[test]
fn a_session_cannot_write_to_the_outbox() {
    let writes = ["s3:PutObject", "s3:DeleteObject"];
    assert_no_faults(users().filter_map(|user| {
        let denied = session_policy(user).into_iter().any(|statement| {
            statement.effect == "Deny"
                && statement.resources == [OUTBOX]
                && writes
                    .iter()
                    .all(|action| statement.actions.iter().any(|denied| denied == action))
                && statement.body["Condition"].is_null()
        });
        user.unless(
            denied,
            "its Policy is to deny s3:PutObject and s3:DeleteObject below outbox/",
        )
    }));
}
