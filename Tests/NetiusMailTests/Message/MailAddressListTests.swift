import NetiusMail
import TestSupport
import Testing

@Suite("Lists of addresses")
struct MailAddressListTests {
    @Test(
        "The mailboxes of RFC 5322's examples are read",
        arguments: [
            ("John Doe <jdoe@machine.example>", ["John Doe|jdoe@machine.example"]),
            ("\"Joe Q. Public\" <john.q.public@example.com>", ["Joe Q. Public|john.q.public@example.com"]),
            (
                "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
                ["Mary Smith|mary@x.test", "|jdoe@example.org", "Who?|one@y.test"]
            ),
            (
                "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
                ["|boss@nil.test", "Giant; \"Big\" Box|sysservices@example.net"]
            ),
            (
                "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
                ["Ed Jones|c@a.test", "|joe@where.test", "John|jdoe@one.test"]
            ),
            ("Undisclosed recipients:;", []),
            ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", ["Pete|pete@silly.test"]),
            (
                "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)",
                ["Chris Jones|c@public.example", "|joe@example.org", "John|jdoe@one.test"]
            ),
            ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", []),
            ("Joe Q. Public <john.q.public@example.com>", ["Joe Q. Public|john.q.public@example.com"]),
            (
                "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
                ["Mary Smith|mary@example.net", "|jdoe@test.example"]
            ),
            ("John Doe <jdoe@machine(comment).  example>", ["John Doe|jdoe@machine.example"]),
            ("joe . \"quoted part\" @ x", ["|\"joe.quoted part\"@x"]),
            ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>", ["Keld Jørn Simonsen|keld@dkuug.dk"]),
            ("=?utf-8?Q?a?= =?utf-8?Q?b?= \"=?utf-8?Q?c?=\" <x@y>", ["ab =?utf-8?Q?c?=|x@y"]),
            ("=?utf-8?Q?Dr._X?= <x@y>", ["Dr. X|x@y"]), ("Zoë <zoë@exämple.test>", ["Zoë|zoë@exämple.test"]),
            ("a@[127.0.0.1], b@[IPv6:::1]", ["|a@[127.0.0.1]", "|b@[IPv6:::1]"]), (",,a@b,,", ["|a@b"]),
        ])
    func reading(text: String, expected: [String]) throws {
        let list = try #require(MailAddressList(text))
        #expect(list.mailboxes.map { "\($0.name ?? "")|\($0.address)" } == expected)
        #expect(MailAddressList(list.description) == list)
    }

    @Test(
        "What is no list is none",
        arguments: [
            "", " ", ",", "a", "a@", "<a@b", "a@b>", "a@b c@d", "x <a@b> y", "a <b@c> <d@e>", "group: a@b",
            "a: b: c@d;;",
            "a: b@c; d@e", "\"open <a@b>", "(open a@b", "a@b [x]", "<>", "x <>", ": a@b;", "\"a\"\"b\"@c", "a..b@c",
            "<@x a@b>", "a\u{0}@b", "\u{7F} <a@b>", "<a@b@c>",
        ])
    func refusing(text: String) {
        #expect(MailAddressList(text) == nil)
    }

    @Test("Groups keep their names")
    func groups() throws {
        let list = try #require(MailAddressList("\"A, B\": a@b, x <c@d>;, e@f"))
        guard case .group("A, B", let members) = list.entries[0], case .mailbox(let last) = list.entries[1] else {
            Issue.record("\(list)")
            return
        }
        #expect(members.map(\.description) == ["a@b", "x <c@d>"])
        #expect(last.address == MailAddress("e@f"))
    }

    @Test("One mailbox is read and written; a list or a group is none")
    func mailbox() throws {
        #expect(Mailbox("Frank <f@x>")?.name == "Frank")
        #expect(Mailbox("a@b, c@d") == nil)
        #expect(Mailbox("g: a@b;") == nil)
        let address = try #require(MailAddress("f@x"))
        #expect(try Mailbox(name: "Jones, \"Frank\"", address: address).description == "\"Jones, \\\"Frank\\\"\" <f@x>")
        #expect(try Mailbox(name: "", address: address).description == "f@x")
        for name in ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\u{0}", "a\u{85}b", "a\u{2028}b", "\u{7F}"] {
            #expect(throws: MailMessageError.controlCharacter(in: "the name of f@x")) {
                try Mailbox(name: name, address: address)
            }
        }
    }

    @Test("A name that was encoded cannot end a line")
    func controls() throws {
        let mailbox = try #require(Mailbox("=?utf-8?Q?a=0D=0Ab?= <f@x>"))
        #expect(mailbox.name == "a  b")
    }

    @Test("Deep comments and long lists take no longer than they are")
    func deep() {
        let deep = String(repeating: "(", count: 100_000)
        #expect(MailAddressList(deep + String(repeating: ")", count: 100_000) + "a@b")?.mailboxes.count == 1)
        #expect(MailAddressList(deep) == nil)
        #expect(MailAddressList(String(repeating: "a@b,", count: 20_000))?.mailboxes.count == 20_000)
        #expect(MailAddressList(String(repeating: "a", count: 1 << 20) + "@b") == nil)
    }

    @Test("Whatever is read reads back as itself")
    func fuzz() {
        var random = SeededRandom(seed: 5)
        let pieces = [
            "a", "b@c", "<", ">", ",", ";", ":", "\"", "x y", "(", ")", "\\", "@", ".", " ", "\r\n ",
            "=?utf-8?Q?=C3=A9?=",
            "ü", "[1.2.3.4]", "g:", "<d@e>", "\"q\"",
        ]
        var count = 0
        for _ in 0..<40_000 {
            let text = (0..<Int.random(in: 1...7, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            guard let list = MailAddressList(text) else { continue }
            count += 1
            #expect(MailAddressList(list.description) == list, "\(text.debugDescription) \(list.description)")
        }
        #expect(count > 500)
    }
}
