import NetiusMail
import Testing

@Suite("Replies of SMTP")
struct SMTPReplyTests {
    @Test("A message that was accepted is told by its identifier")
    func accepted() {
        #expect(SMTPReply.accepted("B786").description == "250 2.0.0 ok queued as B786")
        #expect(SMTPReply.accepted.isPositive)
    }

    @Test("A failure keeps its kind, whatever code it is given")
    func kinds() {
        #expect(SMTPReply.temporary("later", code: 550).code == 451)
        #expect(
            SMTPReply.permanent("never", code: 450, status: SMTPEnhancedStatus(4, 1, 1)).description
                == "550 5.0.0 never")
        #expect(SMTPReply(42, "x").code == 554)
    }

    @Test("A text cannot add a line")
    func injection() {
        #expect(SMTPReply(250, "ok\r\n250 2.0.0 forged").text == "ok  250 2.0.0 forged")
    }
}
