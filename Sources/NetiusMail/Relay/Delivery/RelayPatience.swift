/// How long one delivery may take, whatever the other side does: each step has a time of its own, but a host that uses up
/// all of them would keep a delivery for days.
struct RelayPatience: Sendable, Hashable {
    /// For all but the content.
    var time: Duration = .seconds(1800)
    /// The octets of content a second that are little enough.
    var minimumRate = 4096

    /// The longest that counts: 30 days.
    private static let maximum = Duration.seconds(30 * 86_400)

    /// The limit for a message of so many octets, which is sent once for so many recipients.
    func limit(octets: Int, recipients: Int, perTransaction: Int) -> Duration {
        let size = max(perTransaction, 1)
        let transactions = max(recipients / size + (recipients % size > 0 ? 1 : 0), 1)
        let seconds = Double(max(octets, 0)) * Double(transactions) / Double(max(minimumRate, 1))
        return min(time + .seconds(min(seconds, Self.maximum / .seconds(1))), Self.maximum)
    }
}
