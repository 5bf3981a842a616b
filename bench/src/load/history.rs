//! Asks the server afterwards what it has stored, as the recipients would.

use std::{cell::RefCell, collections::HashSet};

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use talaria_client::{
    Client, MessageQuery,
    proto::{DeviceType, Message},
};

use super::{
    correctness::Stored,
    fleet,
    stamp::Stamp,
    tally::{Answer, Flow, Tally},
};
use crate::server::{Server, Transport};

/// Recipients who ask at a time.
const CONCURRENT: usize = 16;
/// Messages of one answer.
const PAGE: usize = 1000;

/// Compares the history of all conversations with what the server has said; `since` is when the run began, by the
/// server's clock in Unix milliseconds.
pub(crate) async fn check(server: &Server, transport: Transport, tally: &Tally, since: i64) -> anyhow::Result<Stored> {
    let stored = RefCell::new(Stored::default());
    stream::iter(0..tally.flows.len())
        .map(|sender| {
            let stored = &stored;
            async move {
                let recipient = fleet::user(tally.recipient(sender));
                let messages = ask(server, transport, recipient, fleet::user(sender), since).await;
                let messages = messages.with_context(|| format!("user {recipient} cannot read the messages"))?;
                compare(&messages, tally.run, sender, &tally.flows[sender], &mut stored.borrow_mut());
                anyhow::Ok(())
            }
        })
        .buffer_unordered(CONCURRENT)
        .try_collect::<()>()
        .await?;
    Ok(stored.into_inner())
}

/// All messages from `sender` to `recipient`, in the order in which the server tells them.
async fn ask(
    server: &Server,
    transport: Transport,
    recipient: i64,
    sender: i64,
    since: i64,
) -> anyhow::Result<Vec<Message>> {
    let address = server.address(transport);
    let (client, _events) = match transport {
        Transport::Ws => Client::connect_ws(address).await?,
        Transport::Tcp => Client::connect_tcp(address).await?,
    };
    // Another device than that of the load, which stays online.
    client.login(recipient, fleet::PASSWORD, DeviceType::Browser).await?;
    let (mut all, mut start, mut repeated) = (Vec::<Message>::new(), since, HashSet::new());
    loop {
        let query = MessageQuery {
            from: vec![sender],
            start: Some(start),
            max_count: Some(i32::try_from(PAGE)?),
            ..MessageQuery::default()
        };
        let page = client.query_messages(query).await?;
        let full = page.len() == PAGE;
        // Pages begin at a millisecond, so the first messages of one may be the last of the page before.
        all.extend(page.into_iter().filter(|message| !repeated.remove(&message.id)));
        let Some(last) = all.last().and_then(|message| message.delivery_date).filter(|_| full) else { break };
        anyhow::ensure!(last > start, "more than {PAGE} messages in one millisecond");
        start = last;
        let at_the_end = all.iter().rev().take_while(|message| message.delivery_date == Some(last));
        repeated = at_the_end.map(|message| message.id).collect();
    }
    client.close().await;
    all.retain(|message| message.sender_id == Some(sender));
    Ok(all)
}

fn compare(messages: &[Message], run: u32, sender: usize, flow: &Flow, stored: &mut Stored) {
    let mut found = vec![false; flow.sent.len()];
    let mut next = 0;
    for message in messages {
        let stamp = message.text.as_deref().and_then(Stamp::read);
        let Some(stamp) = stamp.filter(|stamp| stamp.run == run && stamp.sender as usize == sender) else { continue };
        let sequence = stamp.sequence as usize;
        let Some(sent) = flow.sent.get(sequence) else {
            stored.strange += 1;
            continue;
        };
        if std::mem::replace(&mut found[sequence], true) {
            stored.duplicates += 1;
            continue;
        }
        stored.found += 1;
        stored.disordered += u64::from(sequence < next);
        next = next.max(sequence + 1);
        match sent.answer {
            Answer::Accepted(id) => stored.strange += u64::from(message.id != Some(id)),
            Answer::None | Answer::Refused(_) => stored.unacknowledged += 1,
        }
    }
    let accepted = flow.sent.iter().zip(found).filter(|(sent, _)| matches!(sent.answer, Answer::Accepted(_)));
    stored.missing += accepted.filter(|(_, found)| !found).count() as u64;
}
