//! Logging in, and what is refused before.

use talaria::{
    config::{Config, LoginConflict, SimultaneousLogins},
    model::session as model,
};
use talaria_client::proto::{
    CreateSessionRequest, DeviceType, QueryUserProfilesRequest, UserLocation, UserStatus, turms_notification::data,
    turms_request::Kind,
};

use crate::support::{TestServer, Transport, eventually, request};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_login_says_is_checked_and_may_be_tried_again() {
    let server = TestServer::start().await;
    let place = |latitude, longitude| Some(UserLocation { latitude, longitude, ..UserLocation::default() });
    let login = request::login(1, DeviceType::Desktop);
    let cases: [(CreateSessionRequest, i32); 9] = [
        (CreateSessionRequest { version: 2, ..login.clone() }, 2000),
        (CreateSessionRequest { version: 0, user_id: 0, ..login.clone() }, 2000),
        (CreateSessionRequest { user_id: 0, ..login.clone() }, 2011),
        (CreateSessionRequest { password: Some("124".into()), ..login.clone() }, 2011),
        (CreateSessionRequest { password: None, ..login.clone() }, 2011),
        (CreateSessionRequest { user_id: 101, ..login.clone() }, 2012),
        (CreateSessionRequest { user_id: -1, ..login.clone() }, 2012),
        (CreateSessionRequest { user_status: Some(UserStatus::Offline.into()), ..login.clone() }, 1102),
        (CreateSessionRequest { location: place(86.0, 0.0), ..login.clone() }, 1102),
    ];
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        for (login, code) in &cases {
            let answer = guest.request(Kind::CreateSessionRequest(login.clone())).await;
            assert_eq!(answer.code, Some(*code), "{login:?} over {transport:?}");
            assert!(answer.reason.is_some() && answer.data.is_none());
        }
        guest.log_in(1, DeviceType::Desktop).await;
        let again = guest.request(Kind::CreateSessionRequest(login.clone())).await;
        assert_eq!(again.code, Some(2103));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_keeps_others_out_where_the_operator_wants_it() {
    let strict = |config: &mut Config| {
        let exclusive = vec![vec![model::DeviceType::Ios, model::DeviceType::Desktop]];
        config.gateway.simultaneous_logins = SimultaneousLogins { exclusive, on_conflict: LoginConflict::Refuse };
    };
    let server = TestServer::builder().config(strict).start().await;
    let mut guest = server.guest_ws().await;
    let phone = server.user(Transport::Tcp, 1, DeviceType::Ios).await;
    for device in [DeviceType::Desktop, DeviceType::Ios] {
        let answer = guest.request(Kind::CreateSessionRequest(request::login(1, device))).await;
        assert_eq!(answer.code, Some(2100));
    }
    phone.hang_up().await;
    eventually("the phone to be gone", async || {
        let login = Kind::CreateSessionRequest(request::login(1, DeviceType::Desktop));
        guest.request(login).await.code == Some(1000)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_is_told_before_the_answer() {
    let server = TestServer::start().await;
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        guest.send(&request::with_id(7, Kind::CreateSessionRequest(request::login(1, DeviceType::Ios)))).await;
        let told = guest.notification().await;
        assert_eq!((told.request_id, told.code), (None, None));
        let Some(data::Kind::UserSession(session)) = told.data.and_then(|data| data.kind) else {
            panic!("the session comes first")
        };
        assert!(session.session_id.parse::<i32>().unwrap() > 0);
        assert_eq!(session.server_id, "test");
        let answer = guest.notification().await;
        assert_eq!((answer.request_id, answer.code, answer.data), (Some(7), Some(1000), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_login_nothing_else_is_done() {
    let server = TestServer::start().await;
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        let query = Kind::QueryUserProfilesRequest(QueryUserProfilesRequest::default());
        assert_eq!(guest.request(query).await.code, Some(1105));
        assert_eq!(guest.code_of(&[]).await, (2104, -100));
        guest.log_in(1, DeviceType::Desktop).await;
        guest.is_alive().await;
    }
}
