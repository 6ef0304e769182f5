// go-client URL CONNECTIONS SECONDS collect|stream: what the suites `client` and `download` ask of Go's net/http.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

var (
	client          *http.Client
	url             = os.Args[1]
	streams         = os.Args[4] == "stream"
	requests, bytes atomic.Int64
)

func fetch() error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", response.Status)
	}
	var count int64
	if streams {
		count, err = io.Copy(io.Discard, response.Body)
	} else {
		var body []byte
		body, err = io.ReadAll(response.Body)
		count = int64(len(body))
	}
	requests.Add(1)
	bytes.Add(count)
	return err
}

// load has each connection fetch again and again, once at least.
func load(connections int, duration time.Duration) {
	end := time.Now().Add(duration)
	var group sync.WaitGroup
	for i := 0; i < connections; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for goesOn := true; goesOn; goesOn = time.Now().Before(end) {
				if err := fetch(); err != nil {
					fmt.Println(err)
					os.Exit(1)
				}
			}
		}()
	}
	group.Wait()
}

func main() {
	connections, _ := strconv.Atoi(os.Args[2])
	seconds, _ := strconv.ParseFloat(os.Args[3], 64)
	client = &http.Client{Transport: &http.Transport{
		MaxIdleConns: connections, MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	duration := time.Duration(seconds * float64(time.Second))
	load(connections, duration/5)
	requests.Store(0)
	bytes.Store(0)
	fmt.Println("ready")
	fmt.Scanln()
	load(connections, duration)
	fmt.Printf("{\"requests\": %d, \"bytes\": %d}\n", requests.Load(), bytes.Load())
	fmt.Scanln()
}
