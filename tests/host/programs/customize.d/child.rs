// SPDX-License-Identifier: GPL-2.0
//
// The same in Rust: its Command, and chroot() of its standard library before exec.
use std::os::unix::{fs::chroot, process::CommandExt};
use std::process::{exit, Command};
use std::{env, thread};

fn child(tree: String) -> std::io::Result<()> {
    let mut command = Command::new("/bin/busybox");
    command.args(["cat", "/where"]);
    unsafe {
        command.pre_exec(move || {
            chroot(&tree)?;
            env::set_current_dir("/")
        });
    }
    command.status().map(|_| ())
}

fn main() {
    let tree = env::args().nth(1).expect("a tree");
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let tree = tree.clone();
            thread::spawn(move || child(tree))
        })
        .collect();
    for thread in threads {
        if let Err(error) = thread.join().unwrap() {
            eprintln!("{}", error);
            exit(1);
        }
    }
}
