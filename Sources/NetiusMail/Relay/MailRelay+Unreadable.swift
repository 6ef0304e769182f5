internal import Netius

extension MailRelay {
    /// Sets a message aside that cannot be read although its time is over. Its sender cannot be told: who that is, is in
    /// the file. This waits for a disk.
    ///
    /// - Returns: Whether it was; nothing more is done for it then.
    @discardableResult
    func setAsideIfExpired(_ identifier: MailIdentifier, _ error: any Error) -> Bool {
        guard case MailQueueError.system(let failure) = error, !failure.isExhaustion,
            identifier.time.advanced(by: configuration.expiry) <= .now
        else { return false }
        log.error(
            "gave up a message that cannot be read: \(failure)",
            metadata: ["id": "\(identifier)", "file": "corrupt/\(identifier)"])
        queue.setAside(queue.path(of: identifier), as: identifier.description)
        return true
    }
}

extension SystemError {
    /// Whether this process, or the machine, lacks memory or descriptors, which says nothing of a file: ENOMEM, ENFILE and
    /// EMFILE, which are 12, 23 and 24 wherever this is built.
    fileprivate var isExhaustion: Bool { [12, 23, 24].contains(code) }
}
