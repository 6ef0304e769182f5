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
        for observer in turnObservers { observer.turnEnded() }
        turnObservers.removeAll(keepingCapacity: true)
    }
}
