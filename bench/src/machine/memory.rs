//! Memory that a process has to itself, shared pages counted in proportion.

use std::fs;

use anyhow::Context as _;
use serde::Serialize;

/// From `/proc/PID/smaps_rollup`, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Memory {
    /// Proportional set size: what would be free if the process ended, more or less.
    pub(crate) pss: u64,
    /// The part of it that no file stands behind.
    pub(crate) anonymous: u64,
}

impl Memory {
    /// Of all the processes together.
    pub(crate) fn of(pids: &[u32]) -> anyhow::Result<Self> {
        let mut sum = Self { pss: 0, anonymous: 0 };
        for pid in pids {
            let file = format!("/proc/{pid}/smaps_rollup");
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
            let one = parse(&text).with_context(|| format!("{file} has an unknown form"))?;
            sum.pss += one.pss;
            sum.anonymous += one.anonymous;
        }
        Ok(sum)
    }
}

fn parse(text: &str) -> Option<Memory> {
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    Some(Memory { pss: field("Pss:")? * 1024, anonymous: field("Pss_Anon:").unwrap_or_default() * 1024 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_writes() {
        let text = "55e0 ---p 00000000 00:00 0 [rollup]\nRss:    900 kB\nPss:    800 kB\nPss_Anon:   700 kB\n";
        assert_eq!(parse(text), Some(Memory { pss: 800 * 1024, anonymous: 700 * 1024 }));
        assert_eq!(parse("Rss: 1 kB"), None);
        assert!(Memory::of(&[std::process::id()]).unwrap().pss > 0);
    }
}
