//! Attachments of messages.

use talaria_client::{
    Target,
    proto::{QueryMessageAttachmentInfosRequest, turms_request::Kind},
};

use super::{ATTACHMENT, Storage, attachment, delete, list, on_each_store, share};
use crate::support::eventually;

on_each_store! {
    a_file_goes_from_one_user_to_another,
    a_group_has_files,
    names_are_only_names,
    nothing_else_is_taken_than_was_announced,
    what_was_replaced_is_not_handed_out,
    who_may_is_decided_at_each_request,
    a_file_goes_with_its_message,
}

async fn a_file_goes_from_one_user_to_another(storage: Storage) {
    let (one, two, three) = (storage.server.ws(1).await, storage.server.tcp(2).await, storage.server.ws(3).await);
    let id = storage.attach(&one, Some(2), "notes.txt", "Hello").await;
    for user in [&one, &two] {
        assert_eq!(storage.download(user, id).await, Ok("Hello".to_owned()));
    }
    assert_eq!(storage.download(&three, id).await, Err(6107));
    let answer = storage.get(&storage.address(&two, ATTACHMENT, id).await.expect("it is answered")).await;
    let disposition = answer.headers()["content-disposition"].to_str().expect("it is ASCII");
    assert!(disposition.starts_with("attachment") && disposition.contains("notes.txt"), "{disposition}");

    let with = |user: i64| QueryMessageAttachmentInfosRequest { user_ids: vec![user], ..Default::default() };
    assert_eq!(list(&two, with(1)).await, [id]);
    assert_eq!(list(&one, QueryMessageAttachmentInfosRequest::default()).await, [id]);
    assert_eq!(two.code(delete(ATTACHMENT, id)).await, 6106);
    assert_eq!(one.code(delete(ATTACHMENT, id)).await, 1000);
    assert_eq!(storage.download(&two, id).await, Err(1302));
    assert_eq!(list(&two, with(1)).await, [0; 0]);
}

async fn a_group_has_files(storage: Storage) {
    let (one, two) = (storage.server.ws(1).await, storage.server.ws(2).await);
    let id = storage.attach(&two, Some(-1), "plan.txt", "the plan").await;
    assert_eq!(storage.download(&one, id).await, Ok("the plan".to_owned()));
    let of_group = QueryMessageAttachmentInfosRequest { group_ids: vec![1], ..Default::default() };
    assert_eq!(list(&one, of_group).await, [id]);
    assert_eq!(one.code(delete(ATTACHMENT, id)).await, 1000, "the group's owner");
    assert_eq!(one.code(Kind::QueryResourceUploadInfoRequest(attachment(Some(-99), "a"))).await, 6101);
}

async fn names_are_only_names(storage: Storage) {
    let one = storage.server.ws(1).await;
    for name in ["..", "../../../etc/passwd", "a/b\\c", "файл 文件 🦀.txt", ".hidden", "a\"; filename=\"b", "%2e%2e%2f"]
    {
        let id = storage.attach(&one, None, name, name).await;
        assert_eq!(storage.download(&one, id).await, Ok(name.to_owned()), "{name}");
    }
    for name in ["", "a\r\nset-cookie: b", &"x".repeat(10_000)] {
        assert_eq!(one.code(Kind::QueryResourceUploadInfoRequest(attachment(None, name))).await, 1102);
    }
}

async fn nothing_else_is_taken_than_was_announced(storage: Storage) {
    let config = serde_json::json!({"attachments": {"max_bytes": 1000, "max_bytes_per_user": 1500}});
    storage.configure(config).await;
    let one = storage.server.ws(1).await;
    let upload = storage.begin(&one, attachment(None, "a.txt")).await;
    assert!(!storage.post(&upload, "text/html", "a").await.status().is_success(), "another type");
    assert!(!storage.post(&upload, "text/plain", vec![b'a'; 1001]).await.status().is_success(), "too much");
    let mut elsewhere = upload.clone();
    elsewhere.id += 1;
    elsewhere.fields.retain(|(name, _)| name != "key");
    assert!(!storage.post(&elsewhere, "text/plain", "a").await.status().is_success(), "another object");
    let mut to_pictures = upload.clone();
    to_pictures.url = to_pictures.url.replace(&storage.bucket("attachments"), &storage.bucket("users"));
    assert!(!storage.post(&to_pictures, "text/plain", "a").await.status().is_success(), "another bucket");
    assert_eq!(storage.download(&one, upload.id).await, Err(1302), "nothing is there");
    assert!(storage.post(&upload, "text/plain", vec![b'a'; 1000]).await.status().is_success());
    assert_eq!(storage.download(&one, upload.id).await.map(|text| text.len()), Ok(1000));
    // What is left of the quota is all that another form takes.
    let next = storage.begin(&one, attachment(None, "b.txt")).await;
    assert!(!storage.post(&next, "text/plain", vec![b'a'; 501]).await.status().is_success());
    assert_eq!(one.code(Kind::QueryResourceUploadInfoRequest(attachment(None, "c.txt"))).await, 26_000);
}

async fn what_was_replaced_is_not_handed_out(storage: Storage) {
    let (one, two) = (storage.server.ws(1).await, storage.server.ws(2).await);
    let upload = storage.begin(&one, attachment(Some(2), "a.txt")).await;
    assert!(storage.post(&upload, "text/plain", "harmless").await.status().is_success());
    assert_eq!(storage.download(&two, upload.id).await, Ok("harmless".to_owned()));
    assert!(storage.post(&upload, "text/plain", "harmful!").await.status().is_success(), "the form is still good");
    assert_eq!(storage.download(&two, upload.id).await, Err(1302));
}

async fn who_may_is_decided_at_each_request(storage: Storage) {
    let (one, two, three) = (storage.server.ws(1).await, storage.server.ws(2).await, storage.server.ws(3).await);
    let id = storage.attach(&one, None, "a.txt", "a").await;
    assert_eq!(storage.download(&two, id).await, Err(6107));
    assert_eq!(three.code(share(id, Some(3), None)).await, 6102);
    assert_eq!(one.code(share(id, Some(2), None)).await, 1000);
    assert_eq!(storage.download(&two, id).await, Ok("a".to_owned()));
    assert_eq!(two.code(share(id, None, Some(2))).await, 6104);
    assert_eq!(one.code(share(id, None, Some(2))).await, 1000);
    assert_eq!(storage.download(&two, id).await, Err(6107));
}

async fn a_file_goes_with_its_message(storage: Storage) {
    let config = serde_json::json!({"attachments": {"grace_hours": 0}});
    storage.configure(config).await;
    let (one, two) = (storage.server.ws(1).await, storage.server.ws(2).await);
    let id = storage.attach(&one, None, "a.txt", "a").await;
    let message = one.send(Target::User(2), &format!("attachment:{id} a.txt")).await;
    eventually("it is shared with who got it", async || storage.download(&two, id).await.is_ok()).await;
    storage.server.admin().delete_messages(&[message]).await.success();
    eventually("it is gone", async || storage.address(&one, ATTACHMENT, id).await == Err(1302)).await;
}
