import Netius
import NetiusHTTP

extension Transfer {
    /// Receives a file, which has its name when it is complete.
    func download(with httpClient: HTTPClient, to path: String) async throws {
        let resumes = output.resumes
        let part = try await BlockingPool.shared.run { try PartialFile(path: path, mayBeResumed: resumes) }
        guard resumes else {
            do {
                let response = try await ask(httpClient)
                try check(response)
                try await write(response, to: part, start: 0, length: response.expectedLength)
            } catch {
                part.remove()
                throw error
            }
            return
        }
        let (size, origin) = try await BlockingPool.shared.run { (try part.size(), try part.origin()) }
        let name = url.withoutUserInformation.absoluteString
        if size > 0, let origin, origin.url == name {
            let fields = [
                HTTPField(name: .range, value: "bytes=\(size)-"),
                HTTPField(name: .ifRange, value: origin.validator.text),
                HTTPField(name: .acceptEncoding, value: "identity"),
            ]
            let response = try await ask(httpClient, with: fields)
            switch DownloadStep(status: response.status, fields: response.headerFields, origin: origin, size: size) {
            case .append(let length): return try await write(response, to: part, start: size, length: length)
            case .restart: return try await begin(response, part)
            case .complete: return try await BlockingPool.shared.run { try part.complete() }
            case .fail: throw ToolError("\(response.url): \(response.status)")
            case .askAgain: break
            }
        }
        // Content that is coded on its way has no ranges of its own.
        let response = try await ask(httpClient, with: [HTTPField(name: .acceptEncoding, value: "identity")])
        guard DownloadStep(status: response.status, fields: response.headerFields, origin: nil, size: 0) == .restart
        else { throw ToolError("\(response.url): \(response.status)") }
        try await begin(response, part)
    }

    /// Receives the whole of a file that may be resumed.
    private func begin(_ response: HTTPClientResponse, _ part: PartialFile) async throws {
        let length = response.expectedLength
        let origin = DownloadOrigin(response.headerFields, of: url, length: length)
        try await BlockingPool.shared.run {
            try part.restart()
            if let origin { try part.setOrigin(origin) }
        }
        try await write(response, to: part, start: 0, length: length)
    }

    /// Receives what comes after the first `start` bytes.
    private func write(
        _ response: HTTPClientResponse, to part: PartialFile, start: Int, length: Int?
    ) async throws {
        if output.includesHead {
            let head = Array(response.headText.utf8)
            try await BlockingPool.shared.run { try part.write(head) }
        }
        try await receive(response, progress: meter(start: start, total: length, isFile: true)) { bytes in
            try part.write(bytes)
        }
        let headless = !output.includesHead
        try await BlockingPool.shared.run {
            let size = try part.size()
            // Of a HEAD there is no content, whatever its fields say.
            if headless, response.isExpectedToHaveContent(request.method), let length, size != length {
                throw ToolError("\(response.url): received \(size) bytes of \(length); --resume goes on from there")
            }
            try part.complete()
        }
    }
}

extension HTTPClientResponse {
    fileprivate func isExpectedToHaveContent(_ method: HTTPRequest.Method) -> Bool {
        method != .head && status.code != 204 && status.code != 304
    }
}
