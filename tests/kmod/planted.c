// SPDX-License-Identifier: GPL-2.0
/*
 * Mistakes on purpose, one for each check of a debug kernel: they show that a
 * report fails the run (scripts/check-debug). One is for a CPU with IBT
 * (scripts/check-ibt). Never loaded by any test.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

#include "function_start.h"

static char *fault = "";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "Which mistake to make");

/* lockdep: two locks in both orders, one after the other */
static void lock_order(void)
{
	static DEFINE_MUTEX(first);
	static DEFINE_MUTEX(second);

	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

/* KASAN */
static void use_after_free(void)
{
	char *memory = kmalloc(64, GFP_KERNEL);

	/* So that the compiler does not see it. */
	OPTIMIZER_HIDE_VAR(memory);
	kfree(memory);
	if (memory)
		WRITE_ONCE(*memory, 1);
}

/* KASAN, behind the end */
static void out_of_bounds(void)
{
	char *memory = kmalloc(64, GFP_KERNEL);
	int last = 64;

	OPTIMIZER_HIDE_VAR(last);
	if (memory)
		WRITE_ONCE(memory[last], 1);
	kfree(memory);
}

/* DEBUG_ATOMIC_SLEEP */
static void sleep_in_atomic(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
}

/* kmemleak */
static void leak(void)
{
	void *memory = kmalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(memory);
}

/* UBSAN */
static void shift(void)
{
	int by = 40;

	OPTIMIZER_HIDE_VAR(by);
	pr_info("shifted: %d\n", 1 << by);
}

/* DEBUG_OBJECTS: a timer without a function would not be started. */
static void never(struct timer_list *timer)
{
}

static void free_active(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, never, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
}

/* PROVE_RCU */
static void dereference_unlocked(void)
{
	static int __rcu *pointer;

	pr_info("dereferenced: %p\n", rcu_dereference(pointer));
}

/* DEBUG_LIST */
static void list_corruption(void)
{
	LIST_HEAD(head);
	LIST_HEAD(entry);

	list_add(&entry, &head);
	head.next = &head;
	list_del(&entry);
}

/* KCSAN: two tasks write without a lock */
static int shared;

static int write_shared(void *unused)
{
	int i;

	for (i = 0; i < 2000000 && !kthread_should_stop(); i++) {
		shared++;
		barrier();
		if (i % 1024 == 0)
			cond_resched();
	}
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

static void race(void)
{
	struct task_struct *other = kthread_run(write_shared, NULL, "planted");
	int i;

	if (IS_ERR(other))
		return;
	for (i = 0; i < 2000000; i++) {
		shared++;
		barrier();
		if (i % 1024 == 0)
			cond_resched();
	}
	kthread_stop(other);
}

/* IBT: the start of a function that the module looks up is sealed. */
static void sealed_call(void)
{
	bool (*function)(void) = function_start("current_chrooted");

	if (function)
		pr_info("called through a pointer: %d\n", function());
}

static const struct {
	const char *name;
	void (*make)(void);
} faults[] = {
	{ "lock-order", lock_order },
	{ "use-after-free", use_after_free },
	{ "out-of-bounds", out_of_bounds },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "leak", leak },
	{ "shift", shift },
	{ "free-active", free_active },
	{ "rcu", dereference_unlocked },
	{ "list", list_corruption },
	{ "data-race", race },
	{ "sealed-call", sealed_call },
};

static int __init planted_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strcmp(fault, faults[i].name))
			continue;
		faults[i].make();
		return 0;
	}
	return -EINVAL;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);

MODULE_DESCRIPTION("Makes mistakes that a debug kernel must report");
MODULE_LICENSE("GPL");
