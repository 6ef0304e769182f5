import Netius
import NetiusHTTP

/// Asks for URLs, and takes what comes to files, or nowhere.
struct Fetch: Sendable {
    let httpClient: HTTPClient
    let fields: HTTPFields
    let folder: FetchFolder?

    /// Asks for one.
    ///
    /// - Returns: How that went, be it well or not.
    /// - Throws: `CancellationError` alone.
    func run(_ item: FetchList.Item) async throws -> FetchResult {
        let began = MonotonicTime.now
        guard case .url(let url) = item else {
            guard case .invalid(let text, let error) = item else { throw CancellationError() }
            return FetchResult(status: nil, bytes: 0, time: .zero, text: "\(text): \(error)")
        }
        var bytes = 0
        do {
            let response = try await httpClient.execute(.get, url, headerFields: fields)
            let path = try await receive(response, &bytes)
            let place = path.map { " -> \($0)" } ?? ""
            return FetchResult(
                status: response.status.code, bytes: bytes, time: MonotonicTime.now.since(began),
                text: "\(url)\(place)")
        } catch let error as CancellationError {
            throw error
        } catch {
            let text = error is HTTPClientError ? "\(error)" : "\(url): \(error)"
            return FetchResult(status: nil, bytes: bytes, time: MonotonicTime.now.since(began), text: text)
        }
    }

    /// Reads the content; what tells of a failure goes nowhere.
    private func receive(_ response: HTTPClientResponse, _ count: inout Int) async throws -> String? {
        guard let folder, response.status.code < 400 else {
            for try await bytes in response.body { count += bytes.count }
            return nil
        }
        let (file, path) = try await BlockingPool.shared.run { try folder.makeFile(for: response.requestedURL) }
        do {
            for try await bytes in response.body {
                count += bytes.count
                try await BlockingPool.shared.run { try file.write(bytes) }
            }
        } catch {
            // Before the process may end, which waits for no last reference.
            file.remove()
            throw error
        }
        file.keep()
        return path
    }
}

extension HTTPClientResponse {
    /// What was asked for: that names the file, not where a server led to.
    fileprivate var requestedURL: HTTPURL { history.first ?? url }
}
