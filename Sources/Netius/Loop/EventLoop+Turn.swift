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
        // What one of them brings about may be for another to hear.
        while !turnObservers.isEmpty {
            let count = turnObservers.count
            for index in 0..<count { turnObservers[index].turnEnded() }
            turnObservers.removeFirst(count)
        }
    }
}
