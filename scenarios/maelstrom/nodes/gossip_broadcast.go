// A broadcast node for Maelstrom that keeps on sending each neighbour what that has not acknowledged.
//
//	go build gossip_broadcast.go
package main

import (
	"bufio"
	"encoding/json"
	"math/rand"
	"os"
	"sort"
	"sync"
	"time"
)

const period = 100 * time.Millisecond // between two rounds of gossip

type body struct {
	Type      string              `json:"type"`
	MsgID     int                 `json:"msg_id,omitempty"`
	InReplyTo int                 `json:"in_reply_to,omitempty"`
	NodeID    string              `json:"node_id,omitempty"`
	Message   *int                `json:"message,omitempty"`
	Messages  *[]int              `json:"messages,omitempty"`
	Topology  map[string][]string `json:"topology,omitempty"`
}

type message struct {
	Src  string `json:"src"`
	Dest string `json:"dest"`
	Body body   `json:"body"`
}

var (
	lock       sync.Mutex
	nodeID     string
	neighbours []string
	seen       = map[int]bool{}
	knownBy    = map[string]map[int]bool{} // by neighbour: the messages that it has acknowledged or sent
	nextID     int
	out        = json.NewEncoder(os.Stdout)
)

func send(dest string, b body) {
	nextID++
	b.MsgID = nextID
	out.Encode(message{nodeID, dest, b})
}

func known(neighbour string) map[int]bool {
	if knownBy[neighbour] == nil {
		knownBy[neighbour] = map[int]bool{}
	}
	return knownBy[neighbour]
}

// In order: that of a map is random.
func sorted(messages map[int]bool, but map[int]bool) []int {
	found := []int{}
	for m := range messages {
		if !but[m] {
			found = append(found, m)
		}
	}
	sort.Ints(found)
	return found
}

func gossip() {
	for {
		time.Sleep(period/2 + time.Duration(rand.Int63n(int64(period)))) // so that nodes do not gossip in step
		lock.Lock()
		for _, neighbour := range neighbours {
			if missing := sorted(seen, known(neighbour)); len(missing) > 0 {
				send(neighbour, body{Type: "gossip", Messages: &missing})
			}
		}
		lock.Unlock()
	}
}

func handle(m message) {
	lock.Lock()
	defer lock.Unlock()
	reply := body{Type: m.Body.Type + "_ok", InReplyTo: m.Body.MsgID}
	switch m.Body.Type {
	case "init":
		nodeID = m.Body.NodeID
	case "topology":
		neighbours = m.Body.Topology[nodeID]
	case "broadcast":
		seen[*m.Body.Message] = true
	case "gossip", "gossip_ok":
		for _, one := range *m.Body.Messages {
			if m.Body.Type == "gossip" {
				seen[one] = true
			}
			known(m.Src)[one] = true
		}
		if m.Body.Type == "gossip_ok" {
			return
		}
		reply.Messages = m.Body.Messages
	case "read":
		messages := sorted(seen, nil)
		reply.Messages = &messages
	default:
		return
	}
	send(m.Src, reply)
}

func main() {
	go gossip()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var m message
		if json.Unmarshal(lines.Bytes(), &m) == nil {
			handle(m)
		}
	}
}
