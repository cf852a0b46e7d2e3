import { aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { CACHE_TAG_HEADER } from '../edge/cache-tag';
import { featuresOf } from '../edge/config/features';
import { type ViewerRequestSettings, viewerRequestSettings } from '../edge/config/settings';
import type { Config } from '../edge/config/schema';
import { bundleViewerRequest } from './bundle';
import { type Signers, createSigners } from './members';
import { createOrigin } from './origin';
import type { OriginResponse } from './origin-response';
import type { Places } from './places';
import { CACHE_POLICY, createResponseHeadersPolicy } from './policies';

interface DeliveryProps {
  config: Config;
  generation: string;
  places: Places;
  originResponse: OriginResponse;
  /** Whether the distribution is the resizer's own, with domain names. */
  hasDomain: boolean;
}

/** What a distribution needs to serve images: an origin, and a behaviour with both functions. */
interface Serving {
  origin: cloudfront.IOrigin;
  behaviour: cloudfront.AddBehaviorOptions;
  /** Of the folders of members, at the patterns of `memberPatterns`. */
  memberBehaviour: cloudfront.AddBehaviorOptions;
}

/** The part of a resizer that a distribution refers to, be it the resizer's own or somebody else's. */
export class Delivery extends Construct {
  readonly viewerRequest: cloudfront.Function;
  /** Holds the keys of signed URLs, which no template knows; missing where no signatures are taken. */
  readonly signingKeys: cloudfront.KeyValueStore | undefined;
  /** The same for the folders of members; missing where no folder is private. */
  readonly membersRequest: cloudfront.Function | undefined;
  readonly signers: Signers;
  readonly props: DeliveryProps;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    this.props = props;
    this.signingKeys = props.config.signed
      ? new cloudfront.KeyValueStore(this, 'SigningKeys', { comment: 'Keys of signed URLs: npm run keys' })
      : undefined;
    this.signers = createSigners(this, props.config);
    const settings = viewerRequestSettings(props.config, props.hasDomain);
    this.viewerRequest = this.#createFunction('ViewerRequest', settings);
    this.membersRequest =
      settings.folders && this.#createFunction('MembersRequest', { ...settings, isForMembers: true });
  }

  /** Path patterns of the folders of members, which have to stand before that of the images. */
  get memberPatterns(): string[] {
    const { base = '', private: members } = this.props.config;
    return (members?.paths ?? []).map((path) => `${base}/${path}/*`);
  }

  #createFunction(id: string, settings: ViewerRequestSettings): cloudfront.Function {
    return new cloudfront.Function(this, id, {
      comment: 'Any URL form to one variant path, or 400, 403, 404',
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromInline(bundleViewerRequest(settings)),
      ...(this.signingKeys && { keyValueStore: this.signingKeys }),
    });
  }

  /**
   * Origin and behaviour for the one distribution that serves this resizer.
   * @param cacheTagHeader which that distribution reads cache tags from, where it had one already
   */
  serve({ cacheTagHeader }: { cacheTagHeader?: string | undefined } = {}): Serving {
    const { config, originResponse } = this.props;
    const associated = (viewerRequest: cloudfront.Function): cloudfront.FunctionAssociation[] => [
      { eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: viewerRequest },
    ];
    const { keyGroups } = this.signers;
    const trusted = keyGroups.length > 0 && { trustedKeyGroups: keyGroups };
    const behaviour: cloudfront.AddBehaviorOptions = {
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CACHE_POLICY,
      ...(featuresOf(config.stack).customPolicies && {
        responseHeadersPolicy: createResponseHeadersPolicy(this, cacheTagHeader ?? CACHE_TAG_HEADER),
      }),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // Images are compressed already.
      compress: false,
      functionAssociations: associated(this.viewerRequest),
      edgeLambdas: [
        {
          eventType: cloudfront.LambdaEdgeEventType.ORIGIN_RESPONSE,
          functionVersion: originResponse.function.currentVersion,
        },
      ],
    };
    return {
      origin: createOrigin({ ...this.props, cacheTagHeader }),
      behaviour: { ...behaviour, ...(!this.membersRequest && trusted) },
      memberBehaviour: {
        ...behaviour,
        ...trusted,
        functionAssociations: associated(this.membersRequest ?? this.viewerRequest),
      },
    };
  }
}
