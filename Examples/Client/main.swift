// Asks a server for something, and downloads a file.
//
//     Client http://127.0.0.1:8080/              prints what the server says
//     Client http://127.0.0.1:8080/file a.bin    writes it to a.bin
import NetiusHTTP

let arguments = CommandLine.arguments.dropFirst()
guard let url = arguments.first else { fatalError("which URL?") }

let response = try await HTTPClient.get(url)
if arguments.count > 1, let path = arguments.last {
    let size = try await response.download(to: path)
    print("\(response.status): \(size) bytes")
} else {
    print("\(response.status): \(try await response.body.text(upTo: 1024 * 1024))")
}
