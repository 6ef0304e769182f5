extension SMTPTransaction {
    /// The most replies that are read in search of the one that says why the server broke off within the content.
    private static let maximumRest = 16

    /// Takes what the server had said when it broke off: replies to commands are for those whom they answer; one within the
    /// content is for all, and may say why.
    ///
    /// - Parameter next: The next reply that has arrived; nil where there is none.
    mutating func receiveRest(_ next: () -> SMTPReply?) {
        var count = 0
        while count < Self.maximumRest {
            switch step {
            case .read:
                guard let reply = next() else { return }
                receive(reply)
            case .sendContent:
                guard let reply = next() else { return }
                if !reply.isPositive { return receiveLast(reply) }
                count += 1
            case .sendCommands, .sendNothing, .finished: return
            }
        }
    }
}
