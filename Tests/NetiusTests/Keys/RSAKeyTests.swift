import TestSupport
import Testing

@testable import Netius

@Suite("Keys of RSA as numbers")
struct RSAKeyTests {
    /// A key of 1024 bits: numbers in decimal, as netius showed them.
    private static let modulus =
        "1437363372156463185892654231883908168166376520057177837089198579567199414242929946823968711866197463"
        + "9255757860928154594688701535641234100747400397249185419130379709766369853510082441162909191555640189"
        + "1413006364340291096561706076502067618869239993885698496484202027846772855481998373048537016307475431"
        + "463903663"
    private static let privateExponent =
        "5357570907279564628375689698408549175575361342746347895755823870739818315016905372692663334218452423"
        + "6345828009636229982918900943382221739331598471703480684180682276896833301211167162375851639448595983"
        + "7843086870178626778726408038028113882163355920230897933139414447209116872707394220006583481910305959"
        + "93099713"
    private static let primes = [
        "1236872190396543898832792076247308801083541893961633724643106689101506576429117490804124983552610126"
            + "5120377211695029844922568209957710899260342063647354023",
        "1162095310507095628570051694862275562837651615184283587650224588887154368707478455831718347363644200"
            + "8487789919202570370610910042751168913616825026175818681",
    ]
    private static let exponents = [
        "4677266810289996100641330244844447261432994912499987579204130960526517460921741729801277059887443240"
            + "512661678707263448841356912086026965170347397094349371",
        "1127659967220024512853997551532209506365266253683331778333094782035774937484964102699515209737872544"
            + "5622793229956932156171335645036553199894135946711799273",
    ]
    private static let coefficient =
        "3878832336405798833429675203834963402595029194501754380819119460079954641355532352100422715178452917"
        + "309026378910747366873293349182437857944047023937806879"

    /// What netius wrote of the public key: its modulus seems to be negative.
    private static let publicText = """
        -----BEGIN PUBLIC KEY-----
        MIGeMA0GCSqGSIb3DQEBAQUAA4GMADCBiAKBgMyv9WsD1kCVCa/j6VUBpPwsYfwt
        SWcXUyz7v6riAhDQwc+Oq1mXffYUKWmgHOq9NuaRmykBtDORBkXDp6rQuXQnipiz
        M6QvyBSnfy65y8B8BJ/54BWfRDlBnv+h7bBtWWrTIbUkqokRiMXUX7ZMIgkBY5Q/
        bbu0/ADbkUzJcOGvAgMBAAE=
        -----END PUBLIC KEY-----
        """

    private func number(_ digits: String) -> UnsignedNumber {
        var octets: [UInt8] = []
        for digit in digits.utf8 {
            var carry = Int(digit) - 48
            for index in octets.indices.reversed() {
                carry += Int(octets[index]) * 10
                octets[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            if carry > 0 { octets.insert(UInt8(carry), at: 0) }
        }
        return UnsignedNumber(octets)
    }

    private var numbers: [UnsignedNumber] {
        [
            UnsignedNumber([]), number(Self.modulus), number("65537"), number(Self.privateExponent),
            number(Self.primes[0]), number(Self.primes[1]), number(Self.exponents[0]), number(Self.exponents[1]),
            number(Self.coefficient),
        ]
    }

    /// As netius wrote it: numbers without signs, and nothing for 0.
    private var older: [UInt8] { DERWriter.sequence(numbers.map { DERWriter.element(.integer, $0.octets) }) }

    @Test("A number is shown in decimal, and knows its bits")
    func decimals() {
        for text in ["0", "1", "255", "256", "65537", Self.modulus] { #expect(number(text).description == text) }
        #expect(number(Self.modulus).bitCount == 1024 && number("0").bitCount == 0 && number("256").bitCount == 9)
        #expect(UnsignedNumber([0, 0, 1]) == UnsignedNumber([1]))
    }

    @Test("A public key that netius wrote is read, and written as it should be")
    func publicKey() throws {
        let key = try RSAPublicKey(pem: octets(Self.publicText))
        #expect(key.bitCount == 1024 && "\(key.modulus)" == Self.modulus && "\(key.publicExponent)" == "65537")
        #expect(key.pem.contains("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDMr/Vr"))
        #expect(RSAPublicKey(der: key.der) == key)
        let bare = DERWriter.sequence([DERWriter.integer(key.modulus), DERWriter.integer(key.publicExponent)])
        #expect(RSAPublicKey(der: bare) == key)
        let text = PEMBlock(label: "RSA PUBLIC KEY", content: bare).text
        #expect(try RSAPublicKey(pem: octets(text)) == key)
        #expect(PublicKeyObject(key) != nil)
    }

    @Test("A private key that netius wrote is read, and written so that OpenSSL reads it")
    func privateKey() throws {
        let key = try #require(RSAPrivateKey(der: older))
        #expect(key.der == DERWriter.sequence(numbers.map(DERWriter.integer)) && key.der != older)
        #expect("\(key.publicKey.modulus)" == Self.modulus && "\(key.privateExponent)" == Self.privateExponent)
        #expect(["\(key.primes.0)", "\(key.primes.1)"] == Self.primes)
        #expect(["\(key.exponents.0)", "\(key.exponents.1)"] == Self.exponents)
        #expect("\(key.coefficient)" == Self.coefficient)
        let object = try #require(PrivateKeyObject(der: key.der))
        let der = try #require(object.der)
        // PKCS#8, which OpenSSL makes of it, has the same numbers.
        #expect(der != key.der && RSAPrivateKey(der: der)?.der == key.der)
        let signature = try #require(object.signature(of: [1, 2, 3]))
        let publicKey = try #require(PublicKeyObject(key.publicKey))
        #expect(publicKey.verifies(signature, of: [1, 2, 3]) && !publicKey.verifies(signature, of: [1, 2, 4]))
        #expect(!publicKey.verifies([], of: [1, 2, 3]) && !publicKey.verifies([1], of: [1, 2, 3]))
    }

    @Test("Each way to write a key as text is read, and an encrypted one is refused clearly")
    func texts() throws {
        let key = try #require(RSAPrivateKey(der: older))
        let pkcs8 = try #require(PrivateKeyObject(der: key.der)?.der)
        for block in [
            PEMBlock(label: "RSA PRIVATE KEY", content: older), PEMBlock(label: "RSA PRIVATE KEY", content: key.der),
            PEMBlock(label: "PRIVATE KEY", content: pkcs8),
        ] {
            #expect(try RSAPrivateKey(pem: octets("\(block.text)")).pem == key.pem)
        }
        let encrypted = [
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
        ]
        for text in encrypted {
            let error = #expect(throws: TLSConfigurationError.self) { try RSAPrivateKey(pem: octets(text)) }
            #expect(error?.description.contains("is encrypted") == true)
        }
        for text in ["", Self.publicText] {
            #expect(throws: TLSConfigurationError("there is no private key in it")) {
                try RSAPrivateKey(pem: octets(text))
            }
        }
        #expect(throws: TLSConfigurationError("there is no public key in it")) {
            try RSAPublicKey(pem: octets(key.pem))
        }
        let other = try TLSPrivateKey.generate()
        #expect(throws: TLSConfigurationError.self) { try RSAPrivateKey(pem: octets(other.pem)) }
    }

    @Test("A key that is cut off, or longer than it says, is none")
    func truncated() throws {
        let publicKey = try RSAPublicKey(pem: octets(Self.publicText)).der
        let privateKey = older
        for end in privateKey.indices { #expect(RSAPrivateKey(der: Array(privateKey[..<end])) == nil) }
        for end in publicKey.indices { #expect(RSAPublicKey(der: Array(publicKey[..<end])) == nil) }
        #expect(RSAPrivateKey(der: older + [0]) == nil && RSAPublicKey(der: publicKey + [0]) == nil)
    }

    @Test("Random octets in place of others are a key or none, and do no harm")
    func random() throws {
        var random = SeededRandom(seed: 17)
        let privateKey = older
        let publicKey = try RSAPublicKey(pem: octets(Self.publicText)).der
        for round in 0..<20_000 {
            var (one, other) = (privateKey, publicKey)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                one[Int.random(in: 0..<24, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
                other[Int.random(in: 0..<36, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            // OpenSSL takes its time for what it does not know.
            if let key = RSAPrivateKey(der: one), round.isMultiple(of: 200) { _ = PrivateKeyObject(der: key.der) }
            if let key = RSAPublicKey(der: other) { #expect(RSAPublicKey(der: key.der) == key) }
            let length = Int.random(in: 0...40, using: &random)
            _ = RSAPublicKey(der: random.bytes(length))
        }
    }
}
