internal import Netius

/// What handlers and middleware have learnt of a request, for those that deal with it before and after them.
struct HTTPRequestContext: Sendable {
    var id: String?
    var user: String?
    var clientAddress: IPAddress?
    var values: [ObjectIdentifier: any Sendable]?
    var routing = HTTPRequestRouting()

    private var isUsed = false

    /// Forgets everything, and keeps memory.
    mutating func reset() {
        guard isUsed else { return }
        isUsed = false
        id = nil
        user = nil
        clientAddress = nil
        values = nil
        routing.reset()
    }

    /// Changes something, which `reset` will undo.
    @inline(__always)
    mutating func change<Result>(_ body: (inout Self) -> Result) -> Result {
        isUsed = true
        return body(&self)
    }
}
