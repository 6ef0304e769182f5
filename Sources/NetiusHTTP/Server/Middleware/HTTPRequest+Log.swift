internal import Netius

extension HTTPRequest {
    /// The log of the server that received it, or else the current one.
    var log: Log { exchange?.connection.worker.log ?? Log.current }
}
