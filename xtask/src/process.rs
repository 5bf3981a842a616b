//! Running other programs: every call is shown before it runs, and a missing program is named together with its remedy.

use std::{
    env,
    ffi::OsString,
    io,
    process::{Command, Stdio},
};

use crate::tree;

/// Outcome of a command or of a step of it.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// Why a command ended without success.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Printed by `main`.
    Because(String),
    /// The command has said it itself, where its last line of output means something.
    AlreadyTold,
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Because(reason)
    }
}

/// The cargo that runs us, in the root of the workspace.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = program(cargo);
    command.args(args);
    command
}

/// Any program, in the root of the workspace.
pub(crate) fn program(name: impl Into<OsString>) -> Command {
    let mut command = Command::new(name.into());
    command.current_dir(tree::root());
    command
}

/// Shows the command, runs it to its end and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result {
    announce(command);
    let status = command.status().map_err(|cause| missing(command, &cause))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", shown(command)).into()) }
}

/// What the command prints; its errors go to our own standard error.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|cause| missing(command, &cause))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("`{}` failed: {}", shown(command), output.status).into())
    }
}

/// Whether the command can be started and succeeds; says nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Becomes the command where the system can, so that signals reach it and nobody else.
pub(crate) fn become_program(command: &mut Command) -> Result {
    announce(command);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        let cause = command.exec();
        Err(missing(command, &cause))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().map_err(|cause| missing(command, &cause))?;
        std::process::exit(status.code().unwrap_or(1));
    }
}

pub(crate) fn announce(command: &Command) {
    eprintln!("$ {}", shown(command));
}

pub(crate) fn missing(command: &Command, cause: &io::Error) -> Failure {
    let name = command.get_program().to_string_lossy();
    format!("cannot run `{name}`: {cause}").into()
}

/// The command as one would type it, with the long path of cargo cut to its name.
fn shown(command: &Command) -> String {
    let program = command.get_program();
    let is_cargo = Some(program) == env::var_os("CARGO").as_deref();
    let mut line = if is_cargo { "cargo".to_owned() } else { program.to_string_lossy().into_owned() };
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}
