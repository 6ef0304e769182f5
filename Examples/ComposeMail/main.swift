// A message with a picture, written to standard output, and read again.
// Try it: ComposeMail > cat.eml
import NetiusMail

guard let frank = MailAddress("frank@example.com"), let ann = Mailbox("\"Ann Lee\" <ann@example.org>") else {
    fatalError("these are addresses")
}
var message = try MailMessage(
    from: Mailbox(name: "Frank Müller", address: frank), to: [ann], subject: "Grüße von der Katze 🐈",
    text: "She sends her love.\n", html: "<p>She sends her <b>love</b>.</p>")
message.attachments.append(
    try MailAttachment(Array("<svg/>".utf8), fileName: "Kätzchen.svg", contentType: "image/svg+xml"))

let octets = try message.encoded()
print(String(decoding: octets, as: UTF8.self), terminator: "")

let read = try ParsedMailMessage(parsing: octets)
precondition(read.subject == message.subject && read.attachments[0].head.fileName == "Kätzchen.svg")
