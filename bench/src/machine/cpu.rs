//! CPU time, user and system together, that processes have used.

use std::{fs, io, thread, time::Duration};

/// `/proc/*/stat` counts in hundredths of a second on every Linux that programs see.
const TICK: Duration = Duration::from_millis(10);
/// Ticks are rounded, for each of user and system time and at both ends.
const ROUNDING: Duration = Duration::from_millis(40);

/// What some processes had used at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Exact to the nanosecond, but without the threads that have ended.
    threads: Duration,
    /// With the threads that have ended, but rounded.
    process: Duration,
}

impl Usage {
    /// Of all threads of the processes, a server and its database say.
    pub(crate) fn of(pids: &[u32]) -> io::Result<Self> {
        let mut usage = Self::default();
        for &pid in pids {
            usage.threads += threads(pid)?;
            usage.process += process(pid)?;
        }
        Ok(usage)
    }

    /// What was used from `earlier` to `self`: by the exact count, unless threads have ended meanwhile and it lacks
    /// them.
    pub(crate) fn since(&self, earlier: &Self) -> Duration {
        let threads = self.threads.saturating_sub(earlier.threads);
        let process = self.process.saturating_sub(earlier.process);
        if threads.is_zero() || process > threads + ROUNDING { process } else { threads }
    }
}

/// What the calling thread has used. Sleeps a moment, because the kernel counts up to the thread's last rest only.
pub(crate) fn of_this_thread() -> io::Result<Duration> {
    thread::park_timeout(Duration::from_micros(200));
    running_time(&fs::read_to_string("/proc/thread-self/schedstat")?)
}

fn threads(pid: u32) -> io::Result<Duration> {
    let mut sum = Duration::ZERO;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        match fs::read_to_string(task?.path().join("schedstat")) {
            Ok(text) => sum += running_time(&text)?,
            // It has ended since the directory was read, or this kernel has no such file.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // So a thread that ended between opening and reading.
            Err(error) if error.raw_os_error() == Some(3) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sum)
}

fn running_time(schedstat: &str) -> io::Result<Duration> {
    let nanoseconds = schedstat.split_ascii_whitespace().next().and_then(|number| number.parse().ok());
    nanoseconds.map(Duration::from_nanos).ok_or_else(|| invalid("schedstat"))
}

fn process(pid: u32) -> io::Result<Duration> {
    ticks(&fs::read_to_string(format!("/proc/{pid}/stat"))?).ok_or_else(|| invalid("stat"))
}

fn ticks(stat: &str) -> Option<Duration> {
    // The name stands in parentheses and may hold anything; user and system time are the 12th and 13th field after it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

fn invalid(file: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{file} of a process has an unknown form"))
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, process, time::Instant};

    use super::*;

    /// A shell that runs a script, and ends with the test.
    struct Child(process::Child);

    impl Child {
        fn starts(script: &str) -> Self {
            Self(process::Command::new("sh").args(["-c", script]).spawn().unwrap())
        }

        fn used(&self) -> Usage {
            Usage::of(&[self.0.id()]).unwrap()
        }
    }

    impl Drop for Child {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    #[test]
    fn reads_fields_behind_a_strange_name() {
        let stat = "7 (a) b) c) S 1 7 7 0 -1 4194560 1 0 0 0 12 30 0 0 20 0 1 0 5 6 7";
        assert_eq!(ticks(stat), Some(Duration::from_millis(420)));
        assert_eq!(ticks("7 (a)"), None);
    }

    /// Two processes of one thread each: in this one the threads of other tests end whenever they like.
    #[test]
    fn counts_work_and_not_rest() {
        let working = Child::starts("while :; do :; done");
        let resting = Child::starts("exec sleep 60");
        let begin = [&working, &resting].map(Child::used);
        thread::park_timeout(Duration::from_millis(200));
        let [worked, rested] = [&working, &resting].map(Child::used);

        let worked = worked.since(&begin[0]);
        assert!(worked > Duration::from_millis(10), "{worked:?}");
        let rested = rested.since(&begin[1]);
        assert!(rested < Duration::from_millis(10), "{rested:?}");
    }

    #[test]
    fn a_thread_counts_its_own_work() {
        let before = of_this_thread().unwrap();
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(100) {
            black_box(0);
        }
        let worked = of_this_thread().unwrap() - before;
        assert!(worked > Duration::from_millis(10) && worked < Duration::from_millis(150), "{worked:?}");
    }

    #[test]
    fn falls_back_when_threads_have_ended() {
        let at = |threads, process| Usage {
            threads: Duration::from_millis(threads),
            process: Duration::from_millis(process),
        };
        assert_eq!(at(230, 240).since(&at(100, 100)), Duration::from_millis(130));
        assert_eq!(at(50, 400).since(&at(100, 100)), Duration::from_millis(300));
    }
}
