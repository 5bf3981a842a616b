//! The server on one core, the generator on another, so that neither disturbs the other. `taskset`, `setsid` and
//! `setpriv` do it; where one is missing, or there is one core only, nothing is pinned and the report says so.

use std::{
    ffi::OsStr,
    fs,
    process::{Command, Stdio},
    sync::OnceLock,
    thread::available_parallelism,
};

/// What begins a command in a session of its own. Linux shares a core out among sessions, and a session's share of one
/// core is the less the more it does on others (`sched_autogroup_enabled`): beside a generator that never sleeps the
/// threads of the kernel that serve the server waited for its core for up to a seventh of a second. Nobody's Ctrl-C
/// ends another session.
const APART: [&str; 4] = ["setsid", "setpriv", "--pdeathsig", "KILL"];

/// Which cores to use, as lists that `taskset` understands, such as `0` or `2,4-7`.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Cores")]
pub(crate) struct Cores {
    /// Cores of the server that is started here
    #[arg(long, default_value = "0", value_name = "LIST")]
    pub(crate) server_cores: String,
    /// Cores of the generator [default: one that shares nothing with core 0]
    #[arg(long, value_name = "LIST")]
    pub(crate) generator_cores: Option<String>,
    /// Leave it to the kernel which process runs where
    #[arg(long)]
    pub(crate) no_pin: bool,
}

impl Cores {
    /// Whether processes are pinned on this machine.
    pub(crate) fn pins(&self) -> bool {
        !self.no_pin && available()
    }

    /// A command that runs on the server's cores, in a session of its own, as a service does, and ends when this thread
    /// does; where nothing is pinned it is the program alone. Its process id is that of `program`.
    pub(crate) fn server(&self, program: impl AsRef<OsStr>) -> Command {
        if !self.pins() {
            return Command::new(program);
        }
        let mut command = Command::new(APART[0]);
        command.args(&APART[1..]).args(["taskset", "-c", &self.server_cores]).arg(program);
        command
    }

    /// A command that runs on these cores, or on those of this process, and gives way there: the generator never
    /// sleeps, and what is taken from it would look like the server's slowness.
    pub(crate) fn beneath(&self, list: Option<&str>, program: impl AsRef<OsStr>) -> Command {
        if !self.pins() {
            return Command::new(program);
        }
        let mut command = match list {
            Some(list) => {
                let mut command = Command::new("taskset");
                command.args(["-c", list, "nice"]);
                command
            }
            None => Command::new("nice"),
        };
        command.args(["-n", "10"]).arg(program);
        command
    }

    /// Moves this process to the generator's cores.
    pub(crate) fn pin_generator(&self) {
        if self.pins() {
            let list = self.generator_cores.clone().unwrap_or_else(other_core);
            let pid = std::process::id().to_string();
            if !run_quietly(Command::new("taskset").args(["-a", "-c", "-p", &list, &pid])) {
                eprintln!("warning: the generator cannot run on cores {list} and is not pinned");
            }
        }
    }
}

fn available() -> bool {
    static AVAILABLE: OnceLock<bool> = OnceLock::new();
    *AVAILABLE.get_or_init(|| {
        let several = fs::read_to_string("/proc/self/status").is_ok_and(|status| allows_several(&status));
        let pin = ["taskset", "-c", "-p", &std::process::id().to_string()];
        several && run_quietly(Command::new(APART[0]).args(&APART[1..]).args(pin))
    })
}

fn allows_several(status: &str) -> bool {
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    allowed
        .map_or_else(|| available_parallelism().is_ok_and(|cores| cores.get() > 1), |list| cores_in(list).count() > 1)
}

/// A core that is not a sibling thread of the first one, if there is such a core.
fn other_core() -> String {
    let siblings = fs::read_to_string("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list");
    let siblings: Vec<u32> = siblings.map(|list| cores_in(&list).collect()).unwrap_or_default();
    let online = fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    let other = cores_in(&online).find(|core| *core != 0 && !siblings.contains(core));
    other.unwrap_or(1).to_string()
}

/// The numbers in a list such as `0,2-4`.
fn cores_in(list: &str) -> impl Iterator<Item = u32> {
    list.trim().split(',').flat_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        match (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
            (Ok(first), Ok(last)) => first..last.saturating_add(1),
            _ => 0..0,
        }
    })
}

fn run_quietly(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists_of_cores() {
        assert_eq!(cores_in("0,2-4\n").collect::<Vec<_>>(), [0, 2, 3, 4]);
        assert_eq!(cores_in(" 1 ").collect::<Vec<_>>(), [1]);
        assert_eq!(cores_in("x").count(), 0);
    }

    #[test]
    fn one_core_is_nothing_to_divide() {
        assert!(!allows_several("Cpus_allowed_list:\t3\n"));
        assert!(allows_several("Cpus_allowed_list:\t3-4\n"));
    }
}
