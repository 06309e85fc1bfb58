// An image's life as programs written with gophercloud lead it: main ENDPOINT TOKEN. Prints what was seen, as JSON.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imagedata"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imageimport"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/members"
	"github.com/gophercloud/gophercloud/pagination"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func create(client *gophercloud.ServiceClient, name string) *images.Image {
	image, err := images.Create(client, images.CreateOpts{
		Name: name, DiskFormat: "raw", ContainerFormat: "bare", Tags: []string{"go"},
		Properties: map[string]string{"os_distro": "debian"},
	}).Extract()
	must(err)
	return image
}

// listed follows the links from page to page.
func listed(client *gophercloud.ServiceClient) (names []string, pages int) {
	opts := images.ListOpts{Limit: 2, Tags: []string{"go"}, Sort: "name:asc"}
	must(images.List(client, opts).EachPage(func(page pagination.Page) (bool, error) {
		found, err := images.ExtractImages(page)
		for _, image := range found {
			names = append(names, image.Name)
		}
		pages++
		return true, err
	}))
	return names, pages
}

func main() {
	endpoint := os.Args[1] + "/"
	client := &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{TokenID: os.Args[2]},
		Endpoint:       endpoint,
		ResourceBase:   endpoint + "v2/",
	}
	first := create(client, "gopher-1")
	for number := 2; number <= 5; number++ {
		create(client, fmt.Sprintf("gopher-%d", number))
	}
	names, pages := listed(client)

	must(imagedata.Upload(client, first.ID, bytes.NewReader([]byte("ABCDEFGHIJ"))).ExtractErr())
	reader, err := imagedata.Download(client, first.ID).Extract()
	must(err)
	data, err := io.ReadAll(reader)
	must(err)

	updated, err := images.Update(client, first.ID, images.UpdateOpts{
		images.ReplaceImageName{NewName: "gopher-renamed"},
		images.ReplaceImageTags{NewTags: []string{"go", "renamed"}},
		images.UpdateImageProperty{Op: images.AddOp, Name: "os_version", Value: "12"},
	}).Extract()
	must(err)
	member, err := members.Create(client, first.ID, "another-project").Extract()
	must(err)
	methods, err := imageimport.Get(client).Extract()
	must(err)
	shown, err := images.Get(client, first.ID).Extract()
	must(err)
	must(images.Delete(client, first.ID).ExtractErr())
	_, gone := images.Get(client, first.ID).Extract()
	_, isNotFound := gone.(gophercloud.ErrDefault404)

	must(json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"importMethods": first.OpenStackImageImportMethods,
		"storeIds":      first.OpenStackImageStoreIDs,
		"names":         names,
		"pages":         pages,
		"data":          string(data),
		"name":          updated.Name,
		"tags":          updated.Tags,
		"status":        shown.Status,
		"size":          shown.SizeBytes,
		"checksum":      shown.Checksum,
		"properties":    shown.Properties,
		"createdAt":     shown.CreatedAt,
		"member":        member.Status,
		"methods":       methods.ImportMethods.Value,
		"notFound":      isNotFound,
	}))
}
