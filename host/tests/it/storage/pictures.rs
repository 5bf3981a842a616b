//! Pictures of users and groups.

use talaria_client::proto::turms_request::Kind;

use super::{GROUP_PICTURE, Storage, USER_PICTURE, delete, on_each_store, picture};
use crate::support::eventually;

on_each_store! {
    everybody_sees_the_picture_of_a_user,
    the_owner_of_a_group_sets_its_picture,
    what_is_no_picture_does_not_stay,
}

async fn everybody_sees_the_picture_of_a_user(storage: Storage) {
    let (one, two) = (storage.server.ws(1).await, storage.server.ws(2).await);
    let upload = storage.begin(&one, picture(USER_PICTURE, None)).await;
    assert_eq!(upload.id, 1);
    assert!(upload.url.ends_with(&storage.bucket("users")), "{}", upload.url);
    assert!(storage.post(&upload, "image/png", "first").await.status().is_success());
    let address = storage.address(&two, USER_PICTURE, 1).await.expect("it is answered");
    // As a Turms client makes it up by itself.
    assert_eq!(address, format!("{}/1", upload.url));
    let answer = storage.get(&address).await;
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert_eq!(answer.text().await.expect("it is answered"), "first");

    let again = storage.begin(&one, picture(USER_PICTURE, Some(1))).await;
    assert!(storage.post(&again, "image/png", "second").await.status().is_success());
    assert_eq!(storage.get(&address).await.text().await.expect("it is answered"), "second");

    let of_another = Kind::QueryResourceUploadInfoRequest(picture(USER_PICTURE, Some(2)));
    assert_eq!(one.code(of_another).await, 1300);
    assert_eq!(two.code(delete(USER_PICTURE, 1)).await, 1300);
    assert_eq!(one.code(delete(USER_PICTURE, 1)).await, 1000);
    assert_eq!(storage.get(&address).await.status(), 404);
}

async fn the_owner_of_a_group_sets_its_picture(storage: Storage) {
    let (one, two) = (storage.server.ws(1).await, storage.server.ws(2).await);
    let upload = storage.begin(&one, picture(GROUP_PICTURE, Some(1))).await;
    assert!(storage.post(&upload, "image/png", "bytes").await.status().is_success());
    let address = storage.address(&two, GROUP_PICTURE, 1).await.expect("it is answered");
    assert_eq!(storage.get(&address).await.text().await.expect("it is answered"), "bytes");
    let by_a_member = Kind::QueryResourceUploadInfoRequest(picture(GROUP_PICTURE, Some(1)));
    assert_eq!(two.code(by_a_member).await, 1300);
    assert_eq!(two.code(delete(GROUP_PICTURE, 1)).await, 1300);
    assert_eq!(one.code(delete(GROUP_PICTURE, 1)).await, 1000);
}

async fn what_is_no_picture_does_not_stay(storage: Storage) {
    let one = storage.server.ws(1).await;
    let upload = storage.begin(&one, picture(USER_PICTURE, None)).await;
    assert!(!storage.post(&upload, "text/html", "<script>").await.status().is_success(), "the form says what it takes");
    assert!(!storage.post(&upload, "image/png", vec![0; 3 << 19]).await.status().is_success(), "and how much");
    assert!(!storage.post(&upload, "image/png", "").await.status().is_success());
    let mut request = picture(USER_PICTURE, None);
    request.media_type = Some("image/svg+xml".to_owned());
    assert_eq!(one.code(Kind::QueryResourceUploadInfoRequest(request)).await, 1102);

    // A form for any image takes an SVG; that it is one is found out afterwards.
    let any = super::QueryResourceUploadInfoRequest { r#type: USER_PICTURE.into(), ..Default::default() };
    let upload = storage.begin(&one, any).await;
    assert!(storage.post(&upload, "image/svg+xml", "<svg/>").await.status().is_success());
    let address = storage.address(&one, USER_PICTURE, 1).await.expect("it is answered");
    eventually("it is removed", async || storage.get(&address).await.status() == 404).await;
}
