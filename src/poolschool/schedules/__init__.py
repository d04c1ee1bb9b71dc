"""Run threads one at a time, in an order that is chosen, to find an order that breaks the code of a learner's file.

    Stage(module) ── a copy of the file, for each run, on locks and clocks of ours ──> play(make, order) ──> Run
    explore(stage, make, times) ── orders at random ──> the first Run that breaks ── fewer threads, fewer switches ──> Run

The threads are real, and only the one that has the turn runs. The turn may go to another before each line of the learner's
file and at each lock. Whoever waits gives the turn away; when all wait, time passes: a clock of our own, so that nothing
really waits. Nothing outside of the copy is replaced: its imports of threading, queue and time give it ours, and its functions
call a step before each of their statements, and before what follows an `and`, an `or` and an `if` in one.

    traffic: requests ── a real pool, in a time of its own ──> who waits how long, what is opened
"""
