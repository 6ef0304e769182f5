internal import Netius

/// Takes messages to one destination, one after the other, over a connection that it keeps.
protocol RelayDeliverer: Sendable {
    /// Delivers to the recipients, and tells what came of each, in order. Where it ends early, as by cancellation, what was
    /// delivered by then counts, and the rest is put off.
    ///
    /// - Throws: Only where nothing was delivered to anybody.
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
    /// What is known of the session; nil where there was none.
    var session: RelaySession?
    /// Whether other mail can reach the destination.
    var reach = Reach.reached
    /// What is wrong with the relay itself, or with the host that it was told to use, which somebody has to mend.
    var problem: String?

    enum Reach: Sendable, Hashable {
        case reached
        /// Other mail would not reach it either, and why.
        case unreachable(String)
        /// This tells nothing of other mail.
        case unknown
    }
}

/// Makes deliverers.
protocol RelayTransport: Sendable {
    func makeDeliverer(to destination: RelayDestination, on loop: EventLoop) -> any RelayDeliverer
}
