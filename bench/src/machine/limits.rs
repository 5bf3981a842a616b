//! How many descriptors a process may have.

use std::fs;

/// Descriptors that a process needs besides its connections.
const OTHERS: u64 = 64;

/// The soft limit on open files; `None` where `/proc` does not tell.
pub(crate) fn open_files(pid: u32) -> Option<u64> {
    parse(&fs::read_to_string(format!("/proc/{pid}/limits")).ok()?)
}

/// Fails with advice when one of the processes could not hold so many connections.
pub(crate) fn check(connections: usize, server: &[u32]) -> anyhow::Result<()> {
    let needed = connections as u64 + OTHERS;
    let own = std::process::id();
    for (pid, whose) in server.iter().map(|pid| (*pid, "the server")).chain([(own, "talaria-bench")]) {
        if let Some(limit) = open_files(pid).filter(|limit| *limit < needed) {
            anyhow::bail!(
                "{connections} connections are more than {whose} may open ({limit} descriptors): raise `ulimit -n`"
            );
        }
    }
    Ok(())
}

fn parse(limits: &str) -> Option<u64> {
    let soft = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_ascii_whitespace().next()?;
    if soft == "unlimited" { Some(u64::MAX) } else { soft.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_soft_limit() {
        let line = |soft| format!("Limit   Soft Limit\nMax open files            {soft}     1048576     files\n");
        assert_eq!(parse(&line("1024")), Some(1024));
        assert_eq!(parse(&line("unlimited")), Some(u64::MAX));
        assert_eq!(parse(""), None);
    }

    #[test]
    fn says_no_to_what_cannot_be() {
        assert!(check(1, &[]).is_ok());
        if open_files(std::process::id()).is_some_and(|limit| limit < u64::MAX) {
            assert!(check(usize::MAX >> 8, &[]).unwrap_err().to_string().contains("ulimit"));
        }
    }
}
