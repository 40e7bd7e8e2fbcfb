// Program sdk calls a server with the AWS SDK for Go 2: put, read, subscribe, reshard, and an error.
//
//	sdk KINESIS_URL [CERTIFICATE_FILE]
//
// It prints one line `NAME VALUE` for each value that the test checks.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"
)

const stream = "go"

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	transport, err := transportOf(args)
	if err != nil {
		return err
	}
	client := kinesis.New(kinesis.Options{
		BaseEndpoint: aws.String(args[0]),
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:   &http.Client{Transport: transport},
	})
	name := aws.String(stream)
	if _, err := client.CreateStream(ctx, &kinesis.CreateStreamInput{StreamName: name, ShardCount: aws.Int32(1)}); err != nil {
		return err
	}
	if err := settle(ctx, client); err != nil {
		return err
	}
	entries := make([]types.PutRecordsRequestEntry, 100)
	for i := range entries {
		entries[i] = types.PutRecordsRequestEntry{
			PartitionKey: aws.String(fmt.Sprintf("key-%d", i)),
			Data:         []byte(fmt.Sprintf("record-%d", i)),
		}
	}
	put, err := client.PutRecords(ctx, &kinesis.PutRecordsInput{StreamName: name, Records: entries})
	if err != nil {
		return err
	}
	fmt.Println("failed", *put.FailedRecordCount)
	one, err := client.PutRecord(ctx, &kinesis.PutRecordInput{StreamName: name, PartitionKey: aws.String("k"), Data: []byte("last")})
	if err != nil {
		return err
	}
	fmt.Println("number", *one.SequenceNumber)
	first := *one.ShardId
	records, _, err := read(ctx, client, first)
	if err != nil {
		return err
	}
	fmt.Println("read", len(records))
	fmt.Println("same", *records[len(records)-1].SequenceNumber == *one.SequenceNumber)
	fmt.Println("recent", time.Since(*records[0].ApproximateArrivalTimestamp) < time.Minute)
	pushed, err := subscribe(ctx, client, first, len(records))
	if err != nil {
		return err
	}
	fmt.Println("pushed", pushed)
	_, err = client.SplitShard(ctx, &kinesis.SplitShardInput{
		StreamName:         name,
		ShardToSplit:       aws.String(first),
		NewStartingHashKey: aws.String("170141183460469231731687303715884105728"),
	})
	if err != nil {
		return err
	}
	if err := settle(ctx, client); err != nil {
		return err
	}
	_, children, err := read(ctx, client, first)
	if err != nil {
		return err
	}
	fmt.Println("children", strings.Join(children, ","))
	_, err = client.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: aws.String("nowhere")})
	var rejection smithy.APIError
	if !errors.As(err, &rejection) {
		return fmt.Errorf("an unknown stream returned %v", err)
	}
	fmt.Println("error", rejection.ErrorCode(), rejection.ErrorMessage())
	return nil
}

func transportOf(args []string) (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if len(args) < 2 {
		return transport, nil
	}
	certificate, err := os.ReadFile(args[1])
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	return transport, nil
}

func settle(ctx context.Context, client *kinesis.Client) error {
	waiter := kinesis.NewStreamExistsWaiter(client, func(o *kinesis.StreamExistsWaiterOptions) {
		o.MinDelay = 50 * time.Millisecond
		o.MaxDelay = 50 * time.Millisecond
	})
	return waiter.Wait(ctx, &kinesis.DescribeStreamInput{StreamName: aws.String(stream)}, 30*time.Second)
}

// Reads a shard from its beginning with one call. Returns its children if the shard has ended.
func read(ctx context.Context, client *kinesis.Client, shard string) ([]types.Record, []string, error) {
	iterator, err := client.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{
		StreamName:        aws.String(stream),
		ShardId:           aws.String(shard),
		ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		return nil, nil, err
	}
	got, err := client.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: iterator.ShardIterator})
	if err != nil {
		return nil, nil, err
	}
	children := []string{}
	for _, child := range got.ChildShards {
		children = append(children, *child.ShardId)
	}
	return got.Records, children, nil
}

func subscribe(ctx context.Context, client *kinesis.Client, shard string, expected int) (int, error) {
	summary, err := client.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: aws.String(stream)})
	if err != nil {
		return 0, err
	}
	registered, err := client.RegisterStreamConsumer(ctx, &kinesis.RegisterStreamConsumerInput{
		StreamARN:    summary.StreamDescriptionSummary.StreamARN,
		ConsumerName: aws.String("go"),
	})
	if err != nil {
		return 0, err
	}
	arn := registered.Consumer.ConsumerARN
	for {
		consumer, err := client.DescribeStreamConsumer(ctx, &kinesis.DescribeStreamConsumerInput{ConsumerARN: arn})
		if err != nil {
			return 0, err
		}
		if consumer.ConsumerDescription.ConsumerStatus == types.ConsumerStatusActive {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	opened, err := client.SubscribeToShard(ctx, &kinesis.SubscribeToShardInput{
		ConsumerARN:      arn,
		ShardId:          aws.String(shard),
		StartingPosition: &types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon},
	})
	if err != nil {
		return 0, err
	}
	events := opened.GetStream()
	defer events.Close()
	received := 0
	for received < expected {
		select {
		case event, more := <-events.Events():
			if !more {
				return received, events.Err()
			}
			if pushed, ok := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent); ok {
				received += len(pushed.Value.Records)
			}
		case <-ctx.Done():
			return received, ctx.Err()
		}
	}
	return received, nil
}
