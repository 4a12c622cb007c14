// Command foreign-verify checks a log directory written by Runward with the Go checksum
// database's own implementation (golang.org/x/mod/sumdb/tlog and .../note): signature of the
// checkpoint, tiles against its root, records, inclusion and consistency proofs.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tools/foreign-verify/main.go DIRECTORY VERIFIER_KEY
//
// On Debian the packages are golang-go and golang-golang-x-mod-dev.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// directory reads C2SP tlog-tiles paths, which differ from the checksum database's.
type directory string

func (d directory) Height() int                         { return height }
func (d directory) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (d directory) path(kind string, n int64, w int) string {
	name := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	if w < 1<<height {
		name += fmt.Sprintf(".p/%d", w)
	}
	return filepath.Join(string(d), "tile", kind, name)
}

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(d.path(strconv.Itoa(t.L), t.N, t.W))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// bundle returns the records of an entry bundle.
func (d directory) bundle(n int64, size int64) [][]byte {
	w := size - n<<height
	if w > 1<<height {
		w = 1 << height
	}
	data, err := os.ReadFile(d.path("entries", n, int(w)))
	check(err)
	var records [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		records = append(records, data[2:2+length])
		data = data[2+length:]
	}
	if int64(len(records)) != w {
		log.Fatalf("bundle %d has %d records, not %d", n, len(records), w)
	}
	return records
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: foreign-verify DIRECTORY VERIFIER_KEY")
	}
	dir := directory(os.Args[1])
	verifier, err := note.NewVerifier(strings.TrimSpace(os.Args[2]))
	check(err)
	text, err := os.ReadFile(filepath.Join(os.Args[1], "checkpoint"))
	check(err)
	signed, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	var root tlog.Hash
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	copy(root[:], raw)
	if lines[0] != verifier.Name() {
		log.Fatalf("origin is %q, the key's name is %q", lines[0], verifier.Name())
	}

	// TileHashReader authenticates every tile it reads against the root.
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, dir)
	records, proofs, trees := 0, 0, 0
	step := size/500 + 1
	for n := int64(0); n<<height < size; n++ {
		bundle := dir.bundle(n, size)
		var indexes []int64
		for i := range bundle {
			indexes = append(indexes, tlog.StoredHashIndex(0, n<<height+int64(i)))
		}
		hashes, err := reader.ReadHashes(indexes)
		check(err)
		for i, record := range bundle {
			index := n<<height + int64(i)
			if tlog.RecordHash(record) != hashes[i] {
				log.Fatalf("record %d does not match its hash", index)
			}
			records++
			if index%step == 0 || index == size-1 {
				proof, err := tlog.ProveRecord(size, index, reader)
				check(err)
				check(tlog.CheckRecord(proof, size, root, index, hashes[i]))
				proofs++
			}
		}
	}
	for old := int64(1); old <= size; old += step {
		hash, err := tlog.TreeHash(old, reader)
		check(err)
		proof, err := tlog.ProveTree(size, old, reader)
		check(err)
		check(tlog.CheckTree(proof, size, root, old, hash))
		trees++
	}
	fmt.Printf("OK %s: %d records, %d inclusion and %d consistency proofs under %s\n",
		lines[0], records, proofs, trees, lines[2])
}
