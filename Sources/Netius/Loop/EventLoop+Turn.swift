/// Told, on the loop's thread, that a turn is over.
package protocol TurnObserver: AnyObject {
    /// What was runnable has run, and the loop is about to wait for more.
    func turnEnded()
}

extension EventLoop {
    /// Tells the observer once, at the end of this turn. On the loop's thread only.
    package func observeEndOfTurn(_ observer: any TurnObserver) {
        assertCurrent()
        turnObservers.append(observer)
    }

    @inline(never)
    func tellTurnObservers() {
        // One that asks again while it is told is told at the end of the next turn.
        let count = turnObservers.count
        for index in 0..<count { turnObservers[index].turnEnded() }
        turnObservers.removeSubrange(..<count)
    }
}
