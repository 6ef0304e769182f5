internal import Netius

extension SMTPServerConnection {
    /// Asks the authenticator, and keeps who was wrong waiting, the longer the oftener its address was.
    func settle(_ login: SMTPLogin) async {
        guard let authenticator = shared.configuration.authenticator else { return say(.notImplemented) }
        phase = .asking
        var isRight: Bool?
        do {
            isRight = try await authenticator.verify(login.user, login.password, makeSession())
        } catch BlockingPoolError.queueFull {
            shared.log.warning("too many passwords to check", metadata: logMetadata)
        } catch {
            if !(error is CancellationError) {
                shared.log.error("the authenticator failed: \(error)", metadata: logMetadata)
            }
        }
        if isRight != true {
            // Who could not be looked into waits too: to ask again at once would keep others from being heard.
            let failures =
                isRight == nil
                ? 1
                : shared.failures.note(
                    peerAddress.ipAddress, user: login.user, "wrong user or password",
                    log: shared.log.with(["protocol": "SMTP"]))
            try? await loop.sleep(for: shared.configuration.authenticationDelay * min(failures, 10))
        }
        guard phase == .asking else { return }
        phase = .waiting
        client = nil
        apply(core.settle(login, isRight: isRight))
    }
}
