// Drives unmodified `centrifuge` clients for the tests: one JSON command a line on standard input, one JSON answer or
// event a line on standard output. Ends when standard input ends.
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Centrifuge as JsonCentrifuge } from 'centrifuge';
import { Centrifuge as ProtobufCentrifuge } from 'centrifuge/build/protobuf';
import WebSocket from 'ws';

const clients = new Map();

function tell(line) {
    process.stdout.write(JSON.stringify(line) + '\n');
}

function base64url(bytes) {
    return Buffer.from(bytes).toString('base64url');
}

function sign(claims, key) {
    const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));
    const body = base64url(JSON.stringify(claims));
    return `${head}.${body}.${createHmac('sha256', key).update(`${head}.${body}`).digest('base64url')}`;
}

/** A client of one format, whose socket can be cut from outside. */
class Driven {
    constructor(name, settings) {
        this.name = name;
        this.protobuf = settings.format === 'protobuf';
        const driven = this;
        class Cuttable extends WebSocket {
            constructor(address, protocols) {
                super(driven.url ?? address, protocols);
                driven.socket = this;
            }
        }
        const options = {
            websocket: Cuttable,
            minReconnectDelay: settings.minReconnectDelay ?? 50,
            maxReconnectDelay: settings.maxReconnectDelay ?? 500,
            minResubscribeDelay: 50,
            timeout: 10000,
        };
        if (settings.claims !== undefined) {
            options.token = sign(settings.claims, settings.key);
        }
        if (settings.device !== undefined) {
            options.data = this.encode({ device: settings.device });
        }
        this.centrifuge = new (this.protobuf ? ProtobufCentrifuge : JsonCentrifuge)(settings.url, options);
        for (const event of ['connecting', 'connected', 'disconnected']) {
            this.centrifuge.on(event, (context) => this.report(event, { ...context, data: undefined }));
        }
        this.centrifuge.on('error', (context) => this.report('error', context.error));
    }

    report(event, fields) {
        tell({ ...fields, client: this.name, event });
    }

    encode(value) {
        return this.protobuf ? new TextEncoder().encode(JSON.stringify(value)) : value;
    }

    decode(data) {
        return this.protobuf && data !== undefined ? JSON.parse(new TextDecoder().decode(data)) : data;
    }

    publication(publication) {
        return { ...publication, data: this.decode(publication.data) };
    }

    subscription(topic, since) {
        const options = { joinLeave: true };
        if (since !== undefined) {
            options.since = since;
        }
        const subscription = this.centrifuge.newSubscription(topic, options);
        subscription.on('publication', (context) => this.report('publication', { topic, ...this.publication(context) }));
        for (const event of ['subscribing', 'subscribed', 'unsubscribed']) {
            subscription.on(event, (context) => this.report(event, { topic, ...context, data: undefined }));
        }
        subscription.on('error', (context) => this.report('error', { topic, ...context.error }));
        return subscription;
    }

    async execute(command) {
        const { topic, data } = command;
        const centrifuge = this.centrifuge;
        switch (command.do) {
            case 'connect':
                return centrifuge.connect();
            case 'disconnect':
                return centrifuge.disconnect();
            // From now on its one address leads elsewhere, as behind a load balancer.
            case 'move':
                this.url = command.url;
                return undefined;
            case 'cut':
                return this.socket.terminate();
            case 'subscribe':
                return this.subscription(topic, command.since).subscribe();
            case 'unsubscribe':
                return centrifuge.getSubscription(topic).unsubscribe();
            case 'publish':
                return centrifuge.publish(topic, this.encode(data));
            case 'publish-subscribed':
                return centrifuge.getSubscription(topic).publish(this.encode(data));
            case 'history': {
                const { limit, since, reverse } = command;
                const page = await centrifuge.history(topic, { limit, since, reverse });
                return { ...page, publications: page.publications.map((each) => this.publication(each)) };
            }
            case 'presence':
                return centrifuge.presence(topic);
            case 'presence-stats':
                return centrifuge.presenceStats(topic);
            case 'rpc':
                return this.decode((await centrifuge.rpc(command.method, this.encode(data))).data);
            case 'send':
                return centrifuge.send(this.encode(data));
            default:
                throw new Error(`no command '${command.do}'`);
        }
    }
}

async function execute(command) {
    if (command.do === 'open') {
        clients.set(command.client, new Driven(command.client, command));
        return undefined;
    }
    return clients.get(command.client).execute(command);
}

createInterface({ input: process.stdin })
    .on('line', (line) => {
        const command = JSON.parse(line);
        execute(command).then(
            (result) => tell({ answer: command.id, result: result ?? {} }),
            (error) => tell({ answer: command.id, error: { code: error.code ?? 0, message: error.message } }),
        );
    })
    .on('close', () => process.exit(0));
