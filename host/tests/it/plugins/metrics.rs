//! Metrics of plugins. The recorder is of the whole process, so each test has metrics of its own.

use super::{relay, with_fixture};

#[tokio::test(flavor = "multi_thread")]
async fn a_plugins_metrics_are_beside_the_servers() {
    let (server, one, mut two) = with_fixture().await;
    for question in ["?count it_words_total 2", "?count it_words_total 3", "?gauge it_depth 7", "?observe it_took 0.2"]
    {
        assert_eq!(relay(&one, &mut two, question).await, "Ok(())", "{question}");
    }
    let metrics = server.admin().get("/metrics").await.success().text;
    for line in [
        r#"plugin_it_words_total{plugin="fixture",by="a test"} 5"#,
        r#"plugin_it_depth{plugin="fixture",by="a test"} 7"#,
        r#"plugin_it_took_count{plugin="fixture",by="a test"} 1"#,
    ] {
        assert!(metrics.lines().any(|found| found == line), "no {line} in {metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_that_do_not_fit_are_refused() {
    let (_server, one, mut two) = with_fixture().await;
    assert_eq!(relay(&one, &mut two, "?count it_kind 1").await, "Ok(())");
    assert_eq!(relay(&one, &mut two, "?gauge it_kind 1").await, "Err(Error::OtherKind)");
    assert_eq!(relay(&one, &mut two, "?count It-Kind 1").await, "Err(Error::Invalid)");
    let flood = relay(&one, &mut two, "?series 300").await;
    assert_eq!(flood, "Err(Error::TooManySeries)");
}
