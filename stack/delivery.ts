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
import { CACHE_POLICY, createResponseHeadersPolicy } from './cloudfront-policies';

interface DeliveryProps {
  config: Config;
  generation: string;
  places: Places;
  originResponse: OriginResponse;
  /** Whether the distribution is the resizer's own, with domain names. */
  hasDomain: boolean;
}

/** What a distribution needs to serve images. */
interface Behaviours {
  origin: cloudfront.IOrigin;
  behaviour: cloudfront.AddBehaviorOptions;
  /** For the folders of members, at `memberPatterns`. */
  memberBehaviour: cloudfront.AddBehaviorOptions;
}

/** The part of a resizer that a distribution refers to, be it the resizer's own or somebody else's. */
export class Delivery extends Construct {
  readonly viewerRequest: cloudfront.Function;
  /** Holds the keys of signed URLs, which are in no template; missing without `signed`. */
  readonly signingKeys: cloudfront.KeyValueStore | undefined;
  /** The same for the folders of members, if any. */
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

  /** Path patterns of the folders of members. Their behaviours have to come before that of the images. */
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
   * Origin and behaviours for the one distribution that serves this resizer.
   * @param cacheTagHeader header that the distribution already reads cache tags from, if any
   */
  createBehaviours({ cacheTagHeader }: { cacheTagHeader?: string | undefined } = {}): Behaviours {
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
