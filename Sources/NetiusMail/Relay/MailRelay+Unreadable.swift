internal import Netius

extension MailRelay {
    /// Sets a message aside of which the disk has said for a while that it cannot be read, and whose time is over. Its
    /// sender cannot be told: who that is, is in the file. This waits for a disk.
    ///
    /// - Returns: Whether it was; nothing more is done for it then.
    func setAsideIfExpired(
        _ identifier: MailIdentifier, _ error: any Error, at now: MonotonicTime = .now
    ) -> Bool {
        guard case MailQueueError.system(let failure) = error, failure.tellsOfFile else { return false }
        let (time, isInUse) = state.withLock { state in
            (state.unreadable.note(identifier, at: now), state.messages.has(identifier))
        }
        // Where somebody has read it after all, what comes of that is to be noted in its file.
        guard time >= configuration.unreadablePatience, !isInUse,
            identifier.time.advanced(by: configuration.expiry) <= .now,
            queue.setAside(queue.path(of: identifier), as: identifier.description)
        else { return false }
        state.withLock { $0.unreadable.forget(identifier) }
        log.error(
            "gave up a message that cannot be read: \(failure)",
            metadata: ["id": "\(identifier)", "file": "corrupt/\(identifier)"])
        return true
    }
}

extension SystemError {
    #if canImport(Darwin)
        private static let ofFiles: Set<Int32> = [5, 6, 21, 62, 94]
    #else
        private static let ofFiles: Set<Int32> = [5, 6, 21, 40, 74, 117]
    #endif

    /// Whether it is a file that is wrong, rather than what this process lacks, may, or waits for: EIO, ENXIO, EISDIR, ELOOP,
    /// EBADMSG, and EUCLEAN, which Linux alone has.
    fileprivate var tellsOfFile: Bool { Self.ofFiles.contains(code) }
}
