// A server that begins in clear and goes on in TLS when it is asked to, as mail servers do.
// Try it: openssl s_client -quiet -starttls smtp -connect 127.0.0.1:2525
import Netius

let context = try TLSServerContext(identity: .selfSigned(names: ["localhost"]))
let listener = try await Listener.bind(port: try Environment.process.port("PORT") ?? 2525)
Log.current.notice("listening", metadata: ["address": "\(listener.address)"])

for try await connection in listener {
    connection.handle { connection in
        try await connection.write("220 localhost\r\n")
        for try await bytes in connection {
            switch String(decoding: bytes, as: UTF8.self).uppercased() {
            case let command where command.hasPrefix("EHLO "):
                try await connection.write("250-localhost\r\n250 STARTTLS\r\n")
            case "STARTTLS\r\n":
                try await connection.write("220 go ahead\r\n")
                try await connection.startTLS(context)
            case "QUIT\r\n":
                try await connection.write("221 bye\r\n")
                return
            default:
                let isPrivate = await connection.tls != nil
                try await connection.write("250 heard \(isPrivate ? "in private" : "by everybody")\r\n")
            }
        }
    }
}
