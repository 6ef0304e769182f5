internal import Netius

/// Takes messages to one destination, one after the other, over a connection that it keeps.
protocol RelayDeliverer: Sendable {
    /// Delivers to the recipients, and tells what came of each, in order.
    ///
    /// - Throws: `CancellationError`: nothing is known then.
    func deliver(_ delivery: RelayDelivery) async throws -> RelayResult

    /// Ends the connection.
    func close() async
}

/// A message and those of its recipients that a destination is for.
struct RelayDelivery: Sendable {
    let message: QueuedMessage
    let recipients: [SMTPRecipient]
    let content: SMTPContent
}

/// What came of a delivery.
struct RelayResult: Sendable {
    /// By recipient, in order.
    var outcomes: [DeliveryOutcome]
    /// Why the destination cannot be reached at all; nil where it was.
    var unreachable: String?
    /// What is known of the session; nil where there was none.
    var session: RelaySession?
}

/// Makes deliverers.
protocol RelayTransport: Sendable {
    func makeDeliverer(to destination: RelayDestination, on loop: EventLoop) -> any RelayDeliverer
}
