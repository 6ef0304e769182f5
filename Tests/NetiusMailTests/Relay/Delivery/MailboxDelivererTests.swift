import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Deliveries of a relay into mailboxes") struct MailboxDelivererTests {
    /// Takes messages for one at a time, and waits when it comes to `c`.
    private struct Store: MailStore {
        let stored: Box<[String]>
        let reached: Gate

        func begin(_ envelope: SMTPEnvelope) async throws -> Delivery {
            guard envelope.recipients.count == 1 else { throw MailStoreError.tooManyMailboxes(1) }
            return Delivery(name: envelope.recipients[0].address.localPart, store: self)
        }

        struct Delivery: MailDelivery {
            let name: String
            let store: Store

            func append(_ bytes: [UInt8]) async throws {
                if name == "c" {
                    store.reached.open()
                    try await untilCancelled(Gate())
                }
            }

            func commit() async throws -> String {
                store.stored.value.append(name)
                return name
            }

            func abandon() async {}
        }
    }

    @Test("those for whom it was stored have it, though the delivery is cancelled")
    func cancellation() async throws {
        let store = Store(stored: Box([]), reached: Gate())
        let envelope = try envelope(to: "a@x.example", "b@x.example", "c@x.example", "d@x.example")
        let delivery = RelayDelivery(
            message: QueuedMessage(identifier: MailIdentifier(), arrival: .now, envelope: envelope),
            recipients: envelope.recipients, content: .bytes(octets("\r\nhi\r\n")))
        let task = Task { await MailboxDeliverer(store).deliver(delivery) }
        await store.reached.wait()
        task.cancel()
        let result = await task.value
        #expect(result.outcomes.map(\.kind) == [.delivered, .delivered, .deferred, .deferred])
        #expect(store.stored.value == ["a", "b"])
    }
}
