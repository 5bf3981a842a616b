//! Who moves files: this program once more, so that what it takes is not the generator's.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use talaria_client::{
    files::{Download, upload},
    proto::{
        DeleteResourceRequest, DeviceType, QueryResourceDownloadInfoRequest, QueryResourceUploadInfoRequest,
        StorageResourceType, turms_request::Kind,
    },
};
use tokio::{
    io::{AsyncBufReadExt as _, stdin},
    sync::mpsc,
};

use crate::{load::fleet::PASSWORD, machine::cores::Cores, run::block_on, server::Transport};

const ATTACHMENT: i32 = StorageResourceType::MessageAttachment as i32;

/// Where files go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// A user who moves a file each time a line comes, and answers with one.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Client {
    #[arg(long)]
    pub(super) server: String,
    #[arg(long, value_enum)]
    pub(super) transport: Transport,
    #[arg(long)]
    pub(super) user: i64,
    #[arg(long, value_enum)]
    pub(super) direction: Direction,
    #[arg(long)]
    pub(super) file: PathBuf,
    /// Bytes a second, at most.
    #[arg(long)]
    pub(super) pace: Option<f64>,
}

/// A line of its own for one file, no faster than that.
struct Line {
    start: Instant,
    pace: Option<f64>,
}

impl Line {
    fn new(pace: Option<f64>) -> Self {
        Self { start: Instant::now(), pace }
    }

    /// Waits until so many bytes may have gone over it.
    #[expect(clippy::disallowed_methods, reason = "the thread has nothing else to do")]
    fn wait(&self, bytes: u64) {
        if let Some(pace) = self.pace {
            let due = Duration::from_secs_f64(bytes as f64 / pace);
            thread::sleep(due.saturating_sub(self.start.elapsed()));
        }
    }
}

/// Becomes the client. Ends when the parent closes what it holds.
pub(crate) fn run(args: &Client) -> anyhow::Result<()> {
    block_on(async {
        let (client, _events) = match args.transport {
            Transport::Ws => talaria_client::Client::connect_ws(&args.server).await?,
            Transport::Tcp => talaria_client::Client::connect_tcp(&args.server).await?,
        };
        client.login(args.user, PASSWORD, DeviceType::Desktop).await?;
        let below = match args.direction {
            Direction::Up => None,
            Direction::Down => Some(put(&client, args).await?),
        };
        println!("ready");
        let mut lines = tokio::io::BufReader::new(stdin()).lines();
        while lines.next_line().await?.is_some() {
            let id = match below {
                Some(id) => get(&client, args, id).await.map(|()| None)?,
                None => Some(put(&client, args).await?),
            };
            println!("moved");
            if id.is_some() {
                let deletion = DeleteResourceRequest { r#type: ATTACHMENT, id_num: id, ..Default::default() };
                let answer = client.request(Kind::DeleteResourceRequest(deletion)).await?;
                anyhow::ensure!(answer.is_success(), "the file cannot be deleted: code {}", answer.code);
            }
        }
        Ok(())
    })
}

async fn put(client: &talaria_client::Client, args: &Client) -> anyhow::Result<i64> {
    let media_type = "application/octet-stream";
    let request = QueryResourceUploadInfoRequest {
        r#type: ATTACHMENT,
        name: Some("file".to_owned()),
        media_type: Some(media_type.to_owned()),
        ..Default::default()
    };
    let form = client.query_upload(request).await.context("no upload")?;
    let line = Line::new(args.pace);
    upload(&form, media_type, &args.file, move |bytes| line.wait(bytes)).await?;
    form.id.parse().context("the id is no number")
}

async fn get(client: &talaria_client::Client, args: &Client, id: i64) -> anyhow::Result<()> {
    let request = QueryResourceDownloadInfoRequest { r#type: ATTACHMENT, id_num: Some(id), ..Default::default() };
    let url = client.query_download(request).await.context("no download")?;
    let mut download = Download::open(&url).await?;
    let (line, mut bytes) = (Line::new(args.pace), 0);
    while let Some(piece) = download.chunk().await? {
        bytes += piece.len() as u64;
        line.wait(bytes);
    }
    Ok(())
}

/// The parent's side.
pub(super) struct Peer {
    child: Child,
    commands: ChildStdin,
    answers: mpsc::UnboundedReceiver<String>,
}

impl Peer {
    /// Starts it and waits until it can move its file.
    pub(super) async fn start(client: &Client, cores: &Cores, list: Option<&str>) -> anyhow::Result<Self> {
        let mut command = cores.beneath(list, std::env::current_exe()?);
        command
            .args(["file-client", "--server", &client.server, "--user", &client.user.to_string()])
            .args(["--transport", &name(&client.transport), "--direction", &name(&client.direction)])
            .arg("--file")
            .arg(&client.file);
        if let Some(pace) = client.pace {
            command.args(["--pace", &pace.to_string()]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let commands = child.stdin.take().expect("the input is piped");
        let lines = BufReader::new(child.stdout.take().expect("the output is piped")).lines();
        let (sender, answers) = mpsc::unbounded_channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut peer = Self { child, commands, answers };
        peer.done().await?;
        Ok(peer)
    }

    /// Has it move its file.
    pub(super) fn go(&mut self) -> anyhow::Result<()> {
        self.commands.write_all(b"go\n").context("who moves files has gone")
    }

    /// Waits until it has.
    pub(super) async fn done(&mut self) -> anyhow::Result<()> {
        self.answers.recv().await.context("who moves files has gone")?;
        Ok(())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn name(value: &impl clap::ValueEnum) -> String {
    value.to_possible_value().expect("no value is hidden").get_name().to_owned()
}
