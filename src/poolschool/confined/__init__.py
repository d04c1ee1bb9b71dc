"""Grading of code we do not trust. What is defended, against whom, by which wall; what is not.

    defended                        against                              by
    everybody's time                loops, deadlocks, bombs              limits from outside: grading.listener, system
    files of others, the course     an answer that reads or writes       guard (Python's own calls), Landlock, another user
    other processes                 programs, signals, orphans           guard, taken_away, Landlock from version 6, another user
    the network                     an answer that connects              guard only: a driver in C is not asked
    verdicts on their way           lines an answer writes itself        grading.message: signed, numbered, read field by field
    who may say a verdict           an answer that reaches the judge     voice: the main thread, no learner's frame on the stack
    what judges                     parts replaced, for good or a while  integrity at each task, checker at each statement, controls
    the student's points            what only one answer breaks          grader: the stub is tried, then it is that answer's failure

The guard is a hook in the interpreter and a table of rules: rules, in a private copy. Whom it is made for: students of one's
own class, who try what they have heard of. Not defended: an answer and its judge share an interpreter, so whoever studies this
source long enough reaches the judge; machine code meets the kernel alone, and where Landlock and another user are absent, as
`system.gaps` says, nothing. Strangers' code belongs into a container of its own: docs/instructors/grade.md.
"""
