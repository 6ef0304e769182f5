// hello PORT CERTIFICATE KEY: Go's net/http says hello over TLS, in HTTP/2 to those that want it.
package main

import (
	"net/http"
	"os"
)

func main() {
	hello := http.HandlerFunc(func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "text/plain")
		writer.Write([]byte("Hello World"))
	})
	panic(http.ListenAndServeTLS("127.0.0.1:"+os.Args[1], os.Args[2], os.Args[3], hello))
}
