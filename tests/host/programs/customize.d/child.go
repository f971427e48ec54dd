// SPDX-License-Identifier: GPL-2.0
//
// Children that Go starts in another root, from goroutines on threads of their own:
// as many lines as children, and what each has found.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

func main() {
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			runtime.LockOSThread()
			child := exec.Command("/bin/busybox", "cat", "/where")
			child.Dir = "/"
			child.SysProcAttr = &syscall.SysProcAttr{Chroot: os.Args[1]}
			out, err := child.CombinedOutput()
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Stdout.Write(out)
		}()
	}
	group.Wait()
}
